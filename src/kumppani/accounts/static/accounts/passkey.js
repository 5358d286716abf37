// Shows what needs this script in place of what stands there without it, lets allauth ask the browser for a passkey,
// and says on the page what went wrong.
"use strict";

(function () {
  const { forms } = window.allauth.webauthn;
  // A device that has one already; an address that is a number and no name.
  const FAULTS = { InvalidStateError: "known", SecurityError: "address" };
  let pressed = null;

  function say(form, which) {
    for (const sentence of form.querySelectorAll("[data-fault]")) {
      sentence.hidden = sentence.dataset.fault !== which;
    }
  }

  function prepare(form) {
    form.hidden = false;
    const button = form.querySelector("[data-ask]");
    if (!window.PublicKeyCredential) {
      button.hidden = true;
      say(form, window.isSecureContext ? "unable" : "address");
      return;
    }
    // Before allauth's own listener, so that its faults are told beside the button that was pressed.
    button.addEventListener("click", function () { pressed = form; say(form, ""); });
    const credential = form.querySelector("[name=credential]").id;
    const options = form.dataset.options && JSON.parse(form.dataset.options);
    switch (form.dataset.passkey) {
      case "sign-in":
        forms.loginForm({ ids: { login: button.id, credential } });
        break;
      case "show":
        forms.authenticateForm({ ids: { authenticate: button.id, credential }, data: { request_options: options } });
        break;
      case "add":
        // allauth's form for adding would overrule what the site asks of the new passkey; this one leaves it.
        forms.signupForm({ ids: { signup: button.id, credential }, data: { creation_options: options } });
        // Enter in the field of the name is to do what the button does.
        form.addEventListener("submit", function (event) { event.preventDefault(); button.click(); });
    }
  }

  document.addEventListener("allauth.error", function (event) {
    event.preventDefault();
    if (pressed) {
      say(pressed, FAULTS[event.detail.exception.name] || "failed");
    }
  });
  document.querySelectorAll("[data-without-script]").forEach(function (sentence) { sentence.hidden = true; });
  document.querySelectorAll("form[data-passkey]").forEach(prepare);
})();
