/** What component tests need around a piece of the kit: declarations, a session, server state and routes. */
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createMemoryHistory, createRootRoute, createRouter, RouterProvider } from "@tanstack/react-router";
import { render } from "@testing-library/react";
import { App, ConfigProvider } from "antd";
import type { ReactNode } from "react";
import type { Meta, ObjectMeta, Session } from "@/api/types";
import { KitProvider } from "./context";

export { serve } from "@/api/testing";

export const session: Session = {
  user: { id: "7", name: "林晓", login: "lin", locale: "zh-CN", roles: [], organisation: null },
  csrf: "token",
  door: "office",
  site: { name: "示例", currency: "CNY", time_zone: "Asia/Shanghai" },
};

export const deal: ObjectMeta = {
  name: "deal",
  label: { zh: "报备", en: "Registration" },
  title: "customer_name",
  fields: [
    { name: "customer_name", type: "text", label: { zh: "客户名称", en: "Customer" }, required: true, filter: true },
    { name: "amount", type: "money", label: { zh: "金额", en: "Amount" }, filter: true },
  ],
};

export async function draw(piece: ReactNode, objects: ObjectMeta[] = [deal], address = "/") {
  const meta: Meta = {
    version: 1,
    menu: [],
    objects: Object.fromEntries(objects.map((object) => [object.name, object])),
    dashboards: [],
    roles: [],
  };
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const root = createRootRoute({
    component: () => (
      <KitProvider value={{ session, meta, slots: { formAside: {}, recordAside: {}, recordActions: {} } }}>{piece}</KitProvider>
    ),
  });
  const router = createRouter({ routeTree: root, history: createMemoryHistory({ initialEntries: [address] }) });
  await router.load();
  return render(
    <ConfigProvider button={{ autoInsertSpace: false }}>
      <App>
        <QueryClientProvider client={client}>
          <RouterProvider router={router as never} />
        </QueryClientProvider>
      </App>
    </ConfigProvider>,
  );
}
