/** The cart of one person on this device: product and quantity. Prices are asked for, never kept. */
import { useCallback } from "react";
import { useKit } from "@/kit/context";
import { useStored } from "@/kit/stored";
import type { CartLine } from "./pricing";

const isQuantity = (text: string) => /^\d+(\.\d{1,4})?$/.test(text) && Number(text) > 0;

export interface Cart {
  lines: CartLine[];
  quantityOf: (product: string) => string;
  /** An empty or zero quantity takes the product out. */
  set: (product: string, quantity: string) => void;
  replace: (lines: CartLine[]) => void;
}

export function useCart(): Cart {
  const { session } = useKit();
  const [lines, replace] = useStored<CartLine[]>(`qudao.cart.${session.user.id}`, []);
  const set = useCallback(
    (product: string, quantity: string) => {
      const others = lines.filter((line) => line.product_id !== product);
      if (!isQuantity(quantity)) return replace(others);
      const at = lines.findIndex((line) => line.product_id === product);
      if (at < 0) return replace([...lines, { product_id: product, quantity }]);
      replace(lines.map((line, index) => (index === at ? { ...line, quantity } : line)));
    },
    [lines, replace],
  );
  const quantityOf = (product: string) => lines.find((line) => line.product_id === product)?.quantity ?? "";
  return { lines, quantityOf, set, replace };
}
