/* Passkeys: asks the device for one and sends what it answers with the form. Without it the forms hide. */
const bytes = (text) => {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
};
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const named = (list) => (list ?? []).map((entry) => ({ ...entry, id: bytes(entry.id) }));

function forCreation({ publicKey: key }) {
  return { publicKey: { ...key, challenge: bytes(key.challenge), user: { ...key.user, id: bytes(key.user.id) }, excludeCredentials: named(key.excludeCredentials) } };
}
function forRequest({ publicKey: key }) {
  return { publicKey: { ...key, challenge: bytes(key.challenge), allowCredentials: named(key.allowCredentials) } };
}
function answer(credential) {
  const { response } = credential;
  const said = { clientDataJSON: text(response.clientDataJSON) };
  if (response.attestationObject) {
    said.attestationObject = text(response.attestationObject);
    said.transports = response.getTransports?.() ?? [];
  } else {
    said.authenticatorData = text(response.authenticatorData);
    said.signature = text(response.signature);
    said.userHandle = response.userHandle ? text(response.userHandle) : null;
  }
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment ?? null,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: said,
  };
}

class Silent extends Error {}

async function asked(form) {
  const kind = form.dataset.passkey;
  if (kind === "sign-in") {
    const reply = await fetch(form.action, { headers: { Accept: "application/json" } }).catch(() => null);
    if (!reply?.ok) throw new Silent();
    return navigator.credentials.get(forRequest((await reply.json()).request_options));
  }
  const given = JSON.parse(document.getElementById(form.dataset.options).textContent);
  return kind === "create"
    ? navigator.credentials.create(forCreation(given.creation_options))
    : navigator.credentials.get(forRequest(given.request_options));
}

function say(form, word) {
  const place = form.querySelector("[data-passkey-said]");
  place.firstElementChild.textContent = word ? place.dataset[word] : "";
  place.hidden = !word;
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    say(form, "");
    if (!window.PublicKeyCredential) return say(form, window.isSecureContext ? "unable" : "address");
    const button = form.querySelector("button[type=submit]");
    button.disabled = true;
    try {
      form.elements.credential.value = JSON.stringify(answer(await asked(form)));
      form.submit();
    } catch (problem) {
      if (problem instanceof Silent) say(form, "broken");
      else say(form, problem.name === "SecurityError" ? "address" : "refused");
      button.disabled = false;
    }
  });
}
