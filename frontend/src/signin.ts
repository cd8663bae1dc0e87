/** Passkeys: asks the browser for one and puts its answer into the form. Without this script the password form remains. */

type Wish = "login" | "get" | "create";

const bytesOf = (text: string): ArrayBuffer =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (character) => character.charCodeAt(0)).buffer;

const textOf = (bytes: ArrayBuffer): string =>
  btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");

type Listed = { id: string; type: PublicKeyCredentialType };
const listed = (credentials: Listed[] = []): PublicKeyCredentialDescriptor[] =>
  credentials.map((credential) => ({ ...credential, id: bytesOf(credential.id) }));

async function ask(wish: Wish, publicKey: Record<string, any>): Promise<unknown> {
  if (wish === "create") {
    const options = {
      ...publicKey,
      challenge: bytesOf(publicKey.challenge),
      user: { ...publicKey.user, id: bytesOf(publicKey.user.id) },
      excludeCredentials: listed(publicKey.excludeCredentials),
      // By its PRF a passkey opens a tablet too: some authenticators keep one only if they are asked for it here.
      extensions: { ...publicKey.extensions, prf: {} },
      authenticatorSelection: {
        ...publicKey.authenticatorSelection,
        residentKey: "required",
        requireResidentKey: true,
        userVerification: "required",
      },
    } as PublicKeyCredentialCreationOptions;
    return toJSON((await navigator.credentials.create({ publicKey: options })) as PublicKeyCredential);
  }
  const options = {
    ...publicKey,
    challenge: bytesOf(publicKey.challenge),
    allowCredentials: listed(publicKey.allowCredentials),
  } as PublicKeyCredentialRequestOptions;
  return toJSON((await navigator.credentials.get({ publicKey: options })) as PublicKeyCredential);
}

function toJSON(credential: PublicKeyCredential): unknown {
  const answer = credential.response as AuthenticatorAttestationResponse & AuthenticatorAssertionResponse;
  const response: Record<string, unknown> = { clientDataJSON: textOf(answer.clientDataJSON) };
  if (answer.attestationObject) {
    response.attestationObject = textOf(answer.attestationObject);
    response.transports = answer.getTransports?.() ?? [];
  } else {
    response.authenticatorData = textOf(answer.authenticatorData);
    response.signature = textOf(answer.signature);
    response.userHandle = answer.userHandle && textOf(answer.userHandle);
  }
  return {
    id: credential.id,
    rawId: textOf(credential.rawId),
    type: credential.type,
    response,
    clientExtensionResults: credential.getClientExtensionResults(),
  };
}

async function optionsOf(form: HTMLFormElement, wish: Wish): Promise<Record<string, any>> {
  if (wish !== "login") {
    return JSON.parse(form.querySelector("script")?.textContent ?? "{}").publicKey;
  }
  const answer = await fetch(form.action, { headers: { Accept: "application/json", "X-Requested-With": "XMLHttpRequest" } });
  return (await answer.json()).request_options.publicKey;
}

for (const form of document.querySelectorAll<HTMLFormElement>("form[data-passkey]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const wish = form.dataset.passkey as Wish;
    try {
      const credential = await ask(wish, await optionsOf(form, wish));
      form.querySelector<HTMLInputElement>("input[name=credential]")!.value = JSON.stringify(credential);
      form.submit();
    } catch {
      form.querySelector<HTMLElement>("[data-passkey-failed]")!.hidden = false;
    }
  });
}
