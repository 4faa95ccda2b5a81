/** What every screen may rely on: who is signed in, what is declared, and where hand-written pieces plug in. */
import { type ComponentType, createContext, type LazyExoticComponent, useContext } from "react";
import type { Meta, ObjectMeta, RecordData, RecordReply, Session } from "@/api/types";

export interface FormAsideProps {
  object: ObjectMeta;
  /** Present values of the form, as they will be sent. */
  values: Record<string, unknown>;
  /** Sets one field, as if the person had typed it. */
  set: (field: string, value: unknown) => void;
  record: RecordData | undefined;
}

export interface RecordAsideProps {
  object: ObjectMeta;
  reply: RecordReply;
}

type Piece<P> = ComponentType<P> | LazyExoticComponent<ComponentType<P>>;

/** Hand-written pieces by object name. */
export interface Slots {
  formAside: Record<string, Piece<FormAsideProps>>;
  recordAside: Record<string, Piece<RecordAsideProps>>;
  /** Buttons beside a record's actions. */
  recordActions: Record<string, Piece<RecordAsideProps>>;
}

export interface Kit {
  session: Session;
  meta: Meta;
  slots: Slots;
}

const KitContext = createContext<Kit | null>(null);
export const KitProvider = KitContext.Provider;

export function useKit(): Kit {
  const kit = useContext(KitContext);
  if (!kit) throw new Error("a kit component was drawn outside KitProvider");
  return kit;
}

export function useObject(name: string): ObjectMeta | undefined {
  return useKit().meta.objects[name];
}
