import { jsonEqual } from "../../../base/json.ts";
import { at, type KubeObject, listAt, nameOf, objectAt, text, textAt } from "../../store/kube-object.ts";
import { bytesOf } from "../../store/quantity.ts";
import { dns1035Fault } from "./names.ts";
import { type KindRule, keeps } from "./workload-rules.ts";

export const configMapRule: KindRule = (object, faults, old) => {
  const keys = [...Object.keys(objectAt(object, "data")), ...Object.keys(objectAt(object, "binaryData"))];
  for (const key of keys) {
    if (!/^[-._a-zA-Z0-9]+$/.test(key)) {
      faults.invalid(
        `data[${key}]`,
        key,
        "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')",
      );
    }
  }
  if (at(old, "immutable") !== true) return;
  const content = ["data", "binaryData", "immutable"];
  for (const key of content) {
    if (!jsonEqual(at(object, key), at(old, key))) faults.forbidden(key, "field is immutable when `immutable` is set");
  }
};

export const secretRule: KindRule = (object, faults, old) => {
  configMapRule(object, faults, old);
  if (old && text(object["type"]) !== text(old["type"])) faults.invalid("type", object["type"], "field is immutable");
  if (text(object["type"]) === "kubernetes.io/tls") {
    for (const key of ["tls.crt", "tls.key"])
      if (at(object, "data", key) === undefined) faults.required(`data[${key}]`);
  }
};

const modes = ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"];

export const claimRule: KindRule = (object, faults, old) => {
  const access = listAt(object, "spec", "accessModes");
  if (access.length === 0) faults.required("spec.accessModes", "at least 1 access mode is required");
  for (const mode of access) {
    if (!modes.includes(text(mode))) faults.notSupported("spec.accessModes", text(mode), modes);
  }
  const storage = at(object, "spec", "resources", "requests", "storage");
  if (storage === undefined) faults.required("spec.resources[storage]");
  else if (!(bytesOf(String(storage)) > 0))
    faults.invalid("spec.resources[storage]", storage, "must be greater than zero");
  if (!old) return;
  const fixed = (of: KubeObject) => {
    const { resources, volumeName, volumeAttributesClassName, ...spec } = objectAt(of, "spec");
    return spec;
  };
  if (!jsonEqual(fixed(object), fixed(old))) {
    faults.forbidden(
      "spec",
      "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims",
    );
  }
  const before = bytesOf(textAt(old, "spec", "resources", "requests", "storage"));
  if (bytesOf(String(storage)) < before) {
    faults.forbidden("spec.resources.requests.storage", "field can not be less than status.capacity");
  }
};

export const serviceRule: KindRule = (object, faults, old) => {
  const type = textAt(object, "spec", "type");
  const types = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"];
  if (!types.includes(type)) faults.notSupported("spec.type", type, types);
  const ports = listAt(object, "spec", "ports");
  if (ports.length === 0 && type !== "ExternalName" && textAt(object, "spec", "clusterIP") !== "None") {
    faults.required("spec.ports");
  }
  const names = new Set<string>();
  ports.forEach((port, index) => {
    const number = Number(at(port, "port") ?? 0);
    const path = `spec.ports[${index}]`;
    if (!(number >= 1 && number <= 65535)) {
      faults.invalid(`${path}.port`, at(port, "port") ?? 0, "must be between 1 and 65535, inclusive");
    }
    const name = textAt(port, "name");
    if (name === "" && ports.length > 1) faults.required(`${path}.name`);
    else if (name !== "" && names.has(name)) faults.duplicate(`${path}.name`, name);
    names.add(name);
  });
  if (type === "ExternalName" && textAt(object, "spec", "externalName") === "") faults.required("spec.externalName");
  const address = textAt(old, "spec", "clusterIP");
  if (address !== "" && type !== "ExternalName" && textAt(object, "spec", "clusterIP") !== address) {
    faults.invalid("spec.clusterIPs[0]", textAt(object, "spec", "clusterIP"), "may not change once set");
  }
};

export const ingressRule: KindRule = (object, faults) => {
  const rules = listAt(object, "spec", "rules");
  if (rules.length === 0 && at(object, "spec", "defaultBackend") === undefined) {
    faults.invalid("spec", {}, "either `defaultBackend` or `rules` must be specified");
  }
  rules.forEach((rule, index) => {
    listAt(rule, "http", "paths").forEach((path, place) => {
      const field = `spec.rules[${index}].http.paths[${place}]`;
      const type = textAt(path, "pathType");
      if (type === "") faults.required(`${field}.pathType`, "pathType must be specified");
      const route = textAt(path, "path");
      if (type !== "ImplementationSpecific" && type !== "" && !route.startsWith("/")) {
        faults.invalid(`${field}.path`, route, "must be an absolute path");
      }
      const service = textAt(path, "backend", "service", "name");
      if (service === "" && at(path, "backend", "resource") === undefined)
        faults.required(`${field}.backend.service.name`);
      else if (service !== "" && dns1035Fault(service) !== undefined) {
        faults.invalid(`${field}.backend.service.name`, service, dns1035Fault(service) ?? "");
      }
    });
  });
};

export const storageClassRule: KindRule = (object, faults, old) => {
  if (text(object["provisioner"]) === "") faults.required("provisioner");
  if (!old) return;
  for (const field of ["provisioner", "parameters", "reclaimPolicy", "volumeBindingMode"]) {
    if (!jsonEqual(object[field], old[field])) faults.forbidden(field, `updates to ${field} are forbidden.`);
  }
};

export const volumeRule: KindRule = (object, faults) => {
  if (at(object, "spec", "capacity") === undefined) faults.required("spec.capacity");
  if (listAt(object, "spec", "accessModes").length === 0) faults.required("spec.accessModes");
  const sources = [
    "awsElasticBlockStore",
    "cephfs",
    "csi",
    "fc",
    "flexVolume",
    "hostPath",
    "iscsi",
    "local",
    "nfs",
    "rbd",
  ];
  if (!sources.some((source) => at(object, "spec", source) !== undefined)) {
    faults.required("spec", "must specify a volume type");
  }
};

export const bindingRule: KindRule = (object, faults, old) => {
  if (textAt(object, "roleRef", "name") === "") faults.required("roleRef.name");
  if (old && !jsonEqual(object["roleRef"], old["roleRef"]))
    faults.invalid("roleRef", object["roleRef"], "cannot change roleRef");
};

export const ingressClassRule: KindRule = (object, faults, old) => {
  if (textAt(object, "spec", "controller") === "" && !old) faults.required("spec.controller");
  keeps(object, old, faults, "spec", "controller");
};

export const customDefinitionRule: KindRule = (object, faults, old) => {
  const plural = textAt(object, "spec", "names", "plural");
  const group = textAt(object, "spec", "group");
  if (nameOf(object) !== `${plural}.${group}`) {
    faults.invalid("metadata.name", nameOf(object), 'must be spec.names.plural+"."+spec.group');
  }
  if (group === "") faults.required("spec.group");
  if (textAt(object, "spec", "names", "kind") === "") faults.required("spec.names.kind");
  const scope = textAt(object, "spec", "scope");
  if (scope !== "Namespaced" && scope !== "Cluster")
    faults.notSupported("spec.scope", scope, ["Cluster", "Namespaced"]);
  const versions = listAt(object, "spec", "versions");
  if (versions.filter((version) => at(version, "storage") === true).length !== 1) {
    faults.invalid("spec.versions", [...versions], "must have exactly one version marked as storage version");
  }
  versions.forEach((version, index) => {
    const path = `spec.versions[${index}].schema.openAPIV3Schema`;
    const schema = at(version, "schema", "openAPIV3Schema");
    if (schema === undefined) faults.required(path, "schemas are required");
    else if (textAt(schema, "type") === "") faults.required(`${path}.type`, "must not be empty at the root");
  });
  for (const field of ["group", "scope"]) keeps(object, old, faults, "spec", field);
};
