/** Fields of the app's forms: one label, what is wrong with it, the value kept. */

import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";

import { w } from "../words";

/** What is wrong, by the id of the field. */
export type Wrong = Readonly<Record<string, string>>;

/** What is wrong, told first and together; focus moves there, each fault leads to its field. */
export function Faults({ lead, wrong }: { lead: string; wrong: Wrong }) {
  const told = Object.entries(wrong).filter(([, text]) => text);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (told.length > 0) box.current?.focus();
  }, [wrong]);
  if (told.length === 0) return null;
  return (
    <div class="govuk-error-summary" role="alert" tabIndex={-1} ref={box}>
      <h2 class="govuk-error-summary__title">{lead}</h2>
      <ul class="govuk-list govuk-error-summary__list">
        {told.map(([id, text]) => (
          <li key={id}>
            <button type="button" class="tc-plain-button" onClick={() => focusOn(id)}>
              {text}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

function focusOn(id: string): void {
  const field = document.getElementById(id);
  (field?.matches("fieldset") ? field.querySelector<HTMLElement>("input,button,select") : field)?.focus();
}

interface FieldProps {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly set: (value: string) => void;
  readonly wrong?: Wrong;
  readonly hint?: string;
  readonly width?: number;
  readonly mode?: "numeric" | "decimal" | "tel" | "text";
  readonly longest?: number;
  readonly secret?: boolean;
  readonly autoFocus?: boolean;
}

export function Field(field: FieldProps) {
  const fault = field.wrong?.[field.id];
  const described = [field.hint && `${field.id}-hint`, fault && `${field.id}-error`].filter(Boolean).join(" ");
  const ref = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    if (field.autoFocus) ref.current?.focus();
  }, []);
  return (
    <div class={`govuk-form-group${fault ? " govuk-form-group--error" : ""}`}>
      <label class="govuk-label" for={field.id}>
        {field.label}
      </label>
      {field.hint && (
        <p class="govuk-hint" id={`${field.id}-hint`}>
          {field.hint}
        </p>
      )}
      <Fault id={field.id} text={fault} />
      <input
        ref={ref}
        class={`govuk-input${field.width ? ` govuk-input--width-${field.width}` : ""}${fault ? " govuk-input--error" : ""}`}
        id={field.id}
        {...(field.secret ? { type: "password" as const } : { type: "text" as const })}
        value={field.value}
        maxLength={field.longest ?? 80}
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        inputMode={field.mode ?? "text"}
        aria-describedby={described || undefined}
        aria-invalid={fault ? true : undefined}
        onInput={(event) => field.set(event.currentTarget.value)}
      />
    </div>
  );
}

export function Fault({ id, text }: { id: string; text: string | undefined }) {
  if (!text) return null;
  return (
    <p class="govuk-error-message" id={`${id}-error`}>
      {text}
    </p>
  );
}

interface ChoicesProps {
  readonly id: string;
  readonly legend: string;
  readonly options: readonly (readonly [code: string, word: ComponentChildren])[];
  readonly value: string | null;
  readonly set: (code: string) => void;
  readonly wrong?: Wrong;
  readonly hint?: string;
  readonly inline?: boolean;
  readonly hideLegend?: boolean;
}

export function Choices(asked: ChoicesProps) {
  const fault = asked.wrong?.[asked.id];
  return (
    <fieldset
      class={`govuk-fieldset tc-choices${asked.inline ? " tc-choices--inline" : ""}`}
      id={asked.id}
      aria-describedby={fault ? `${asked.id}-error` : undefined}
    >
      <legend class={asked.hideLegend ? "tc-hidden" : "govuk-fieldset__legend"}>{asked.legend}</legend>
      {asked.hint && <p class="govuk-hint">{asked.hint}</p>}
      <Fault id={asked.id} text={fault} />
      {asked.options.map(([code, word]) => (
        <label class="tc-choice" key={code}>
          <input type="radio" name={asked.id} checked={asked.value === code} onChange={() => asked.set(code)} />
          <span>{word}</span>
        </label>
      ))}
    </fieldset>
  );
}

export function Tick({ id, label, value, set }: { id: string; label: string; value: boolean; set: (on: boolean) => void }) {
  return (
    <label class="tc-choice">
      <input type="checkbox" id={id} checked={value} onChange={(event) => set(event.currentTarget.checked)} />
      <span>{label}</span>
    </label>
  );
}

interface SelectProps {
  readonly id: string;
  readonly label: string;
  readonly options: readonly (readonly [code: string, word: string])[];
  readonly value: string;
  readonly set: (code: string) => void;
  readonly wrong?: Wrong;
  readonly empty?: string;
}

export function Select({ id, label, options, value, set, wrong, empty }: SelectProps) {
  const fault = wrong?.[id];
  return (
    <div class={`govuk-form-group${fault ? " govuk-form-group--error" : ""}`}>
      <label class="govuk-label" for={id}>
        {label}
      </label>
      <Fault id={id} text={fault} />
      <select
        class="govuk-select"
        id={id}
        value={value}
        aria-describedby={fault ? `${id}-error` : undefined}
        onChange={(event) => set(event.currentTarget.value)}
      >
        {empty !== undefined && <option value="">{empty}</option>}
        {options.map(([code, word]) => (
          <option key={code} value={code}>
            {word}
          </option>
        ))}
      </select>
    </div>
  );
}

/** The one button of a step: 84 px, at the lower edge, it repeats what will be written. */
export function Confirm(told: {
  readonly title: string;
  readonly detail?: string;
  readonly note?: string;
  readonly busy: boolean;
  readonly other?: ComponentChildren;
}) {
  return (
    <section class="tc-confirm" aria-label={w("confirm.label")}>
      {told.note && <p class="tc-small tc-secondary">{told.note}</p>}
      <div class="tc-confirm__row">
        <button class="govuk-button tc-confirm__button" aria-disabled={told.busy}>
          <b>{told.title}</b>
          {told.detail && <span class="tc-said">{told.detail}</span>}
        </button>
        {told.other}
      </div>
    </section>
  );
}
