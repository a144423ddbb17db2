import { got } from "../../base/did-you-mean.ts";
import { roundUpQuantity } from "../../base/quantity.ts";
import { providerFunction } from "../../engine/define.ts";
import { FunctionError } from "../../engine/function.ts";
import { number, string } from "../../schema/kind.ts";
import { parseNumber } from "../../values/number.ts";
import { quantityArgument } from "./quantity-argument.ts";

export const quantityToBytes = providerFunction("quantity_to_bytes", {
  summary: "Returns the bytes of a quantity",
  doc:
    "Returns the number of bytes of a Kubernetes quantity of memory or storage: `1Gi` is 1073741824, `1G` is 1000000000. The number is " +
    "exact; a fraction of a byte is rounded up, as Kubernetes does.",
  parameters: [{ name: "quantity", kind: string, doc: "A quantity, e.g. `16Gi` or `500M`." }],
  returns: number,
  call: (text) => {
    const quantity = quantityArgument(text, 0);
    if (quantity.numerator < 0n) throw new FunctionError(`must not be negative; ${got(text)}`, 0);
    return parseNumber(String(roundUpQuantity(quantity)));
  },
});
