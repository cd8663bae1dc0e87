/**
 * Lets the confirm button repeat what is chosen above it. Where the browser knows :has() the styles do it alone;
 * this is for the older ones, and does no harm in the others.
 */
function chosen(form: HTMLFormElement, name: string): HTMLInputElement | null {
  return form.querySelector<HTMLInputElement>(`input[name="${name}"]:checked`);
}

function repeat(form: HTMLFormElement): void {
  const said = form.querySelector<HTMLElement>(".tc-said");
  if (said === null) return;
  const lot = chosen(form, "lot")?.dataset["said"];
  const arm = chosen(form, "arm")?.value;
  let told = 0;
  for (const part of said.querySelectorAll<HTMLElement>("[data-lot], [data-arm]")) {
    const on = part.dataset["lot"] === undefined ? part.dataset["arm"] === arm : part.dataset["lot"] === lot;
    part.toggleAttribute("data-on", on);
    if (on) told += 1;
  }
  said.classList.toggle("tc-said--told", told > 1);
}

for (const form of document.querySelectorAll<HTMLFormElement>("form")) {
  if (form.querySelector(".tc-said") === null) continue;
  form.addEventListener("change", () => repeat(form));
  window.addEventListener("pageshow", () => repeat(form));
  repeat(form);
}
