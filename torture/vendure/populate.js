// Makes the shop once: schema, one country, and one product "HOT". Payments are authorised at the checkout, not taken.
process.env.SYNC = "1";
const fs = require("fs");
const path = require("path");
const { bootstrap } = require("@vendure/core");
const { populate } = require("@vendure/core/cli");
const { config } = require("./config");

const csv = path.join(process.cwd(), "products.csv");
const columns = "name,slug,description,assets,facets,optionGroups,optionValues,sku,price,taxCategory,stockOnHand,trackInventory,variantAssets,variantFacets";
fs.writeFileSync(csv, `${columns}\nHot,hot,d,,,,,HOT,100.00,standard,0,true,,\n`);
const handler = { code: "dummy-payment-handler", arguments: [{ name: "automaticSettle", value: "false" }] };
const data = {
  defaultLanguage: "en",
  defaultZone: "Asia",
  taxRates: [{ name: "Standard", percentage: 0 }],
  shippingMethods: [{ name: "Std", price: 0 }],
  paymentMethods: [{ name: "Dummy", handler }],
  countries: [{ name: "China", code: "CN", zone: "Asia" }],
  collections: [],
};
populate(() => bootstrap(config), data, csv)
  .then((app) => app.close())
  .then(() => process.exit(0), (error) => { console.error(error); process.exit(1); });
