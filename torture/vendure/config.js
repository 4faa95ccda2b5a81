// A plain Vendure on SQLite: loopback only, dummy payments. Nothing of it is changed for us.
const path = require("path");
const core = require("@vendure/core");

exports.config = {
  apiOptions: { hostname: "127.0.0.1", port: Number(process.env.PORT), adminApiPath: "admin-api", shopApiPath: "shop-api" },
  authOptions: {
    tokenMethod: ["bearer"],
    requireVerification: false,
    superadminCredentials: { identifier: "superadmin", password: "superadmin" },
  },
  dbConnectionOptions: {
    type: "better-sqlite3",
    database: process.env.SQLITE_FILE,
    synchronize: !!process.env.SYNC,
    logging: false,
  },
  paymentOptions: { paymentMethodHandlers: [core.dummyPaymentHandler] },
  importExportOptions: { importAssetsDir: path.join(process.cwd(), "none") },
  logger: new core.DefaultLogger({ level: core.LogLevel.Error }),
  plugins: [
    core.DefaultJobQueuePlugin.init({ useDatabaseForBuffer: true, pollInterval: 1000 }),
    core.DefaultSearchPlugin.init({ bufferUpdates: false }),
  ],
};
