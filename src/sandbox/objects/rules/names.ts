const label = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const subdomain = `${label}(\\.${label})*`;
const qualified = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
const labelValue = "(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?";
const dns1035 = "[a-z]([-a-z0-9]*[a-z0-9])?";

const full = (pattern: string) => new RegExp(`^${pattern}$`);
const shape = {
  label: full(label),
  subdomain: full(subdomain),
  qualified: full(qualified),
  labelValue: full(labelValue),
  dns1035: full(dns1035),
};
const tooLong = (most: number) => `must be no more than ${most} characters`;

/** What is wrong with a name, in Kubernetes' words; undefined for a valid one. */
export type NameRule = (name: string) => string | undefined;

export const subdomainFault: NameRule = (name) => {
  if (name.length > 253) return tooLong(253);
  return shape.subdomain.test(name)
    ? undefined
    : `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '${subdomain}')`;
};

export const labelFault: NameRule = (name) => {
  if (name.length > 63) return tooLong(63);
  return shape.label.test(name)
    ? undefined
    : `a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '${label}')`;
};

export const dns1035Fault: NameRule = (name) => {
  if (name.length > 63) return tooLong(63);
  return shape.dns1035.test(name)
    ? undefined
    : `a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '${dns1035}')`;
};

/** Names of RBAC objects are path segments. */
export const pathSegmentFault: NameRule = (name) => {
  if (name === "." || name === "..") return `may not be '${name}'`;
  const found = /[/%]/.exec(name)?.[0];
  return found === undefined ? undefined : `may not contain '${found}'`;
};

/** A key of labels or annotations: `[<subdomain>/]<name>`. */
export const qualifiedFault: NameRule = (key) => {
  const parts = key.split("/");
  const name = parts.pop() ?? "";
  if (parts.length > 1)
    return `a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '${qualified}') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`;
  const prefix = parts[0];
  if (prefix !== undefined) {
    const fault = prefix === "" ? "must be non-empty" : subdomainFault(prefix);
    if (fault !== undefined) return `prefix part ${fault}`;
  }
  if (name === "") return "name part must be non-empty";
  if (name.length > 63) return `name part ${tooLong(63)}`;
  return shape.qualified.test(name)
    ? undefined
    : `name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '${qualified}')`;
};

export const labelValueFault: NameRule = (value) => {
  if (value.length > 63) return tooLong(63);
  return shape.labelValue.test(value)
    ? undefined
    : `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '${labelValue}')`;
};
