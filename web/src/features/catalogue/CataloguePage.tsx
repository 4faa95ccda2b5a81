/** The portal's catalogue: find products, see my price and whether they are in stock, and order beside it. */
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Button, Drawer, Input } from "antd";
import { useDeferredValue, useMemo, useState } from "react";
import { useList, useRows } from "@/api/hooks";
import { useLanguage } from "@/i18n";
import { quote } from "@/kit/list/conditions";
import { idOf } from "@/kit/metadata";
import { Bones, EmptyState, ErrorNote, PageHead } from "@/ui/feedback";
import { Icon } from "@/ui/Icon";
import { useMedia } from "@/ui/preferences";
import { CartPanel } from "./CartPanel";
import { useCart } from "./cart";
import { nameOf, ProductCard } from "./ProductCard";
import { useOffers } from "./pricing";
import "./catalogue.css";

/** Categories by id, named in the reader's language, in their order. */
function useCategories(): Map<string, string> {
  const { locale } = useLanguage();
  const { data } = useRows("product_category", { sort: "code", limit: 100 });
  return useMemo(() => new Map(data?.rows.map((row) => [row.id, nameOf(row, locale)])), [data, locale]);
}

interface CategoriesProps {
  names: Map<string, string>;
  present: string;
  onPick: (id: string) => void;
}

function Categories({ names, present, onPick }: CategoriesProps) {
  const { t } = useLanguage();
  const one = (id: string, label: string) => (
    <button key={id} type="button" className="plain chip" aria-pressed={present === id} onClick={() => onPick(id)}>
      {label}
    </button>
  );
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot scroll sideways in every browser
    <div className="chips" role="group" aria-label={t("cart.categories")}>
      {one("", t("common.all"))}
      {[...names].map(([id, name]) => one(id, name))}
    </div>
  );
}

export default function CataloguePage() {
  const { t } = useLanguage();
  const navigate = useNavigate();
  const { category = "" } = useSearch({ strict: false }) as { category?: string };
  const [search, setSearch] = useState("");
  const asked = useDeferredValue(search.trim());
  const categories = useCategories();
  const wide = useMedia("(min-width: 1100px)");
  const [open, setOpen] = useState(false);
  const cart = useCart();
  const filter = category ? `active and category_id == ${quote(category)}` : "active";
  const list = useList("product", { filter, search: asked, sort: "code" });
  const pages = list.data?.pages.map((page) => page.rows) ?? [];
  const products = pages.flat();
  const offerOf = useOffers(pages);
  const inCart = useRows(
    "product",
    { filter: `id in [${cart.lines.map((line) => quote(line.product_id)).join(", ")}]`, limit: 200 },
    cart.lines.length > 0,
  ).data?.rows;
  const productOf = (id: string) => inCart?.find((row) => row.id === id) ?? products.find((row) => row.id === id);
  const panel = <CartPanel cart={cart} productOf={productOf} />;
  return (
    <div className="page catalogue-page">
      <title>{t("cart.catalogue")}</title>
      <PageHead title={t("cart.catalogue")} purpose={t("cart.purpose")} />
      <div className="catalogue">
        <div className="catalogue-main">
          <Input
            allowClear
            size="large"
            prefix={<Icon name="search" />}
            aria-label={t("cart.search")}
            placeholder={t("cart.search")}
            value={search}
            onChange={(event) => setSearch(event.target.value)}
          />
          <Categories
            names={categories}
            present={category}
            onPick={(id) =>
              void navigate({ to: "/p/$page", params: { page: "catalogue" }, search: id ? { category: id } : {}, replace: true })
            }
          />
          {list.error ? <ErrorNote error={list.error} onRetry={() => void list.refetch()} /> : null}
          {list.isPending ? <Bones kind="cards" rows={8} /> : null}
          {list.data && !products.length ? (
            <EmptyState icon="search" title={t("cart.nothing")} text={t("cart.nothingText")} />
          ) : null}
          <div className="products">
            {products.map((product) => (
              <ProductCard
                key={product.id}
                product={product}
                offer={offerOf(product.id)}
                category={categories.get(idOf(product.category_id) ?? "") ?? ""}
                quantity={cart.quantityOf(product.id)}
                onQuantity={(quantity) => cart.set(product.id, quantity)}
              />
            ))}
          </div>
          {list.hasNextPage ? (
            <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
              {t("list.loadMore")}
            </Button>
          ) : null}
        </div>
        {wide ? (
          <aside className="card cart" aria-label={t("cart.title")}>
            {panel}
          </aside>
        ) : null}
      </div>
      {wide ? null : (
        <>
          <div className="cart-open">
            <Button type="primary" size="large" icon={<Icon name="cart" />} onClick={() => setOpen(true)}>
              {t("cart.title")} <span className="number">({cart.lines.length})</span>
            </Button>
          </div>
          <Drawer open={open} size="100%" title={t("cart.title")} onClose={() => setOpen(false)}>
            <div className="cart cart-drawer">{panel}</div>
          </Drawer>
        </>
      )}
    </div>
  );
}
