import { got } from "../../base/did-you-mean.ts";
import { parseQuantity, type Quantity } from "../../base/quantity.ts";
import { FunctionError } from "../../engine/function.ts";

/** Returns the quantity of an argument. Throws FunctionError. */
export function quantityArgument(text: string, index: number): Quantity {
  const quantity = parseQuantity(text);
  if (quantity !== undefined) return quantity;
  throw new FunctionError(`must be a quantity such as "16Gi", "1500m" or "4"; ${got(text)}`, index);
}
