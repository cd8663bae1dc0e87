/**
 * Moves the map's callout to the province that is pointed at or focused. The server has drawn it for one
 * province already; names and values come from each province's own title. The callout stays on the west side,
 * where it can cover neither archipelago.
 */
class VietNamMap extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener("pointerover", this.point);
    this.addEventListener("focusin", this.point);
  }

  private readonly point = (event: Event): void => {
    const link = event.target instanceof Element ? event.target.closest<SVGAElement>("a[data-x]") : null;
    const callout = this.querySelector<SVGGElement>(".tc-map__callout");
    if (link === null || callout === null) return;
    const [name, value] = callout.querySelectorAll("text");
    const line = callout.querySelector("path");
    if (name === undefined || value === undefined || line === null) return;
    name.textContent = link.dataset["name"] ?? "";
    value.textContent = link.dataset["value"] ?? "";
    line.setAttribute("d", `M${callout.dataset["from"] ?? "0 0"} L${link.dataset["x"] ?? "0"} ${link.dataset["y"] ?? "0"}`);
  };
}

customElements.define("tc-map", VietNamMap);
