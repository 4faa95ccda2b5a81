/**
 * Hand-written pieces on drawn screens, by object name: beside the form (price preview, duplicate hint), above the sections of a
 * record, and beside its actions. Each is one lazy component from src/features/<name>; its props are FormAsideProps or
 * RecordAsideProps of the kit.
 */
import { lazy } from "react";
import type { Slots } from "@/kit/context";

export const slots: Slots = {
  formAside: { deal_registration: lazy(() => import("@/features/deal/DealHint")) },
  recordAside: {
    deal_registration: lazy(() => import("@/features/deal/DealAside")),
    sales_order: lazy(() => import("@/features/order/OrderAside")),
  },
  recordActions: {
    api_key: lazy(() => import("@/features/access/KeySecret")),
    sales_channel: lazy(() => import("@/features/access/ChannelSecret")),
    partner: lazy(() => import("@/features/access/InvitePartnerUser")),
    user: lazy(() => import("@/features/access/InviteUser")),
  },
};
