import { compareQuantities } from "../../base/quantity.ts";
import { providerFunction } from "../../engine/define.ts";
import { bool, string } from "../../schema/kind.ts";
import { quantityArgument } from "./quantity-argument.ts";

export const quantityEqual = providerFunction("quantity_equal", {
  summary: "Whether two quantities are the same amount",
  doc: "Whether two Kubernetes quantities are the same amount: `2Gi` and `2048Mi`, `0.5` and `500m`. The comparison is exact.",
  parameters: [
    { name: "a", kind: string, doc: "A quantity, e.g. `2Gi`." },
    { name: "b", kind: string, doc: "Another quantity, e.g. `2048Mi`." },
  ],
  returns: bool,
  call: (a, b) => compareQuantities(quantityArgument(a, 0), quantityArgument(b, 1)) === 0,
});
