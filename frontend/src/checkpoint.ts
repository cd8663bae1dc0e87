/** The officer's camera: a traveler's code is sent to be judged; an ID card is compared here and sent nowhere. */
import { differs } from "./verify/card";

for (const root of document.querySelectorAll<HTMLElement>("[data-scan]")) {
  const camera = root.querySelector<HTMLElement>("[data-camera]")!;
  const frame = camera.querySelector<HTMLElement>(".tc-verifier__camera")!;
  camera.hidden = false;
  camera.querySelector("[data-open]")!.addEventListener("click", () => {
    void (async () => {
      const refused = root.querySelector<HTMLElement>("[data-says=no-camera]")!;
      try {
        const { watch } = await import("./verify/camera");
        frame.hidden = false;
        const form = root.querySelector("form")!;
        form.querySelector("textarea")!.value = await watch(camera.querySelector("video")!);
        form.submit();
      } catch {
        refused.hidden = false;
      } finally {
        frame.hidden = true;
      }
    })();
  });
}

for (const root of document.querySelectorAll<HTMLElement>("[data-card]")) {
  const frame = root.querySelector<HTMLElement>(".tc-verifier__camera")!;
  const compared = root.querySelector<HTMLElement>("[role=status]")!;
  root.hidden = false;
  root.querySelector("button")!.addEventListener("click", () => {
    void (async () => {
      compared.hidden = true;
      let told = compared.dataset["unread"]!;
      try {
        const { watch } = await import("./verify/camera");
        frame.hidden = false;
        const found = differs(await watch(root.querySelector("video")!), {
          latin: root.dataset["latin"] ?? "",
          born: root.dataset["born"] ?? "",
          initials: root.dataset["initials"] ?? "",
        });
        if (found !== null) told = (found ? compared.dataset["differs"] : compared.dataset["same"])!;
      } catch {
        // Without a camera the eye compares.
      } finally {
        frame.hidden = true;
      }
      compared.textContent = told;
      compared.hidden = false;
    })();
  });
}
