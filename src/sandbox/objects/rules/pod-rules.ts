import type { Json } from "../../../base/json.ts";
import { at, listAt, objectAt, text, textAt } from "../../store/kube-object.ts";
import { bytesOf } from "../../store/quantity.ts";
import type { Faults } from "./faults.ts";
import { labelFault } from "./names.ts";

/** A pod's spec, also that of a template. @param path where it is, `spec` or `spec.template.spec`. */
export function checkPodSpec(spec: Json | undefined, path: string, faults: Faults): void {
  const containers = listAt(spec, "containers");
  if (containers.length === 0) faults.required(`${path}.containers`);
  const volumes = listAt(spec, "volumes").map((volume) => textAt(volume, "name"));
  const names = new Set<string>();
  for (const [list, items] of [
    ["initContainers", listAt(spec, "initContainers")],
    ["containers", containers],
  ] as const) {
    items.forEach((container, index) => {
      checkContainer(container, `${path}.${list}[${index}]`, names, volumes, faults);
    });
  }
  listAt(spec, "volumes").forEach((volume, index) => {
    const name = textAt(volume, "name");
    if (name === "") faults.required(`${path}.volumes[${index}].name`);
    else if (volumes.indexOf(name) < index) faults.duplicate(`${path}.volumes[${index}].name`, name);
  });
}

function checkContainer(
  container: Json,
  path: string,
  names: Set<string>,
  volumes: readonly string[],
  faults: Faults,
): void {
  const name = textAt(container, "name");
  const fault = name === "" ? undefined : labelFault(name);
  if (name === "") faults.required(`${path}.name`);
  else if (fault !== undefined) faults.invalid(`${path}.name`, name, fault);
  else if (names.has(name)) faults.duplicate(`${path}.name`, name);
  names.add(name);
  if (textAt(container, "image") === "") faults.required(`${path}.image`);
  listAt(container, "ports").forEach((port, index) => {
    const number = at(port, "containerPort");
    if (number === undefined || number === 0) faults.required(`${path}.ports[${index}].containerPort`);
    else if (Number(number) < 1 || Number(number) > 65535) {
      faults.invalid(`${path}.ports[${index}].containerPort`, number, "must be between 1 and 65535, inclusive");
    }
  });
  listAt(container, "volumeMounts").forEach((mount, index) => {
    const volume = textAt(mount, "name");
    if (!volumes.includes(volume)) {
      faults.found.push({
        field: `${path}.volumeMounts[${index}].name`,
        reason: "FieldValueInvalid",
        message: `Not found: ${JSON.stringify(volume)}`,
      });
    }
    if (textAt(mount, "mountPath") === "") faults.required(`${path}.volumeMounts[${index}].mountPath`);
  });
  checkResources(container, `${path}.resources`, faults);
}

const quantity = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

function checkResources(container: Json, path: string, faults: Faults): void {
  const limits = objectAt(container, "resources", "limits");
  for (const part of ["limits", "requests"]) {
    for (const [resource, value] of Object.entries(objectAt(container, "resources", part))) {
      const own = String(value);
      const amount = own.endsWith("m") ? Number(own.slice(0, -1)) / 1000 : bytesOf(own);
      const limit = bytesOf(text(limits[resource]).replace(/^(\d+)m$/, (_, digits) => String(Number(digits) / 1000)));
      if (Number.isNaN(amount)) faults.invalid(`${path}.${part}[${resource}]`, value, quantity);
      else if (part === "requests" && amount > limit) {
        faults.invalid(
          `${path}.requests`,
          value,
          `must be less than or equal to ${resource} limit of ${text(limits[resource])}`,
        );
      }
    }
  }
}
