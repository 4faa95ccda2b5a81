//! A small folder with everything that can be wrong in it, on SQLite and, when there is a server, on PostgreSQL.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    sync::Arc,
};

use flate2::{Compression, write::GzEncoder};
use qudao_base::{Actor, SystemClock};
use qudao_kernel::{Kernel, Registry, SiteKey, SiteOptions};
use qudao_store::testing::TestDatabase;

use super::{Event, Summary, import};

/// A folder of files that goes away with its database.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).unwrap();
    }
}

const SALES_HEADINGS: &str = "ProductKey,ResellerKey,EmployeeKey,PromotionKey,CurrencyKey,SalesTerritoryKey,SalesOrderNumber,\
SalesOrderLineNumber,OrderQuantity,UnitPrice,UnitPriceDiscountPct,DiscountAmount,ProductStandardCost,SalesAmount,TaxAmt,Freight,\
CarrierTrackingNumber,CustomerPONumber,OrderDate,DueDate,ShipDate";

/// Rows of sell-in lines; line 2 of the file is the first.
const SALES: [&str; 20] = [
    // SO1: two good lines, one of them promoted.
    "349,1,285,1,100,5,SO1,1,1,2024.9940,0.0,0.0,1898.0944,2024.9940,161.9995,50.6249,C-1,PO1,2010-12-29,2011-01-10,2011-01-05",
    "712,1,285,2,100,5,SO1,2,12,10.0000,0.02,2.4,5.5,117.6000,9.4080,2.9400,C-1,PO1,2010-12-29,2011-01-10,2011-01-05",
    // SO2: the quantity of its second line cannot be read (row 5).
    "349,1,285,1,100,5,SO2,1,1,10.0000,0.0,0.0,5.0,10.0000,0.8000,0.2500,C-2,PO2,2011-01-29,2011-02-10,2011-02-05",
    "712,1,285,1,100,5,SO2,2,two,10.0000,0.0,0.0,5.0,20.0000,1.6000,0.5000,C-2,PO2,2011-01-29,2011-02-10,2011-02-05",
    // SO3: unknown product (row 6), unknown reseller (row 7).
    "999,1,285,1,100,5,SO3,1,1,10.0000,0.0,0.0,5.0,10.0000,0.8000,0.2500,C-3,PO3,2011-01-29,2011-02-10,2011-02-05",
    "349,77,285,1,100,5,SO4,1,1,10.0000,0.0,0.0,5.0,10.0000,0.8000,0.2500,C-4,PO4,2011-01-29,2011-02-10,2011-02-05",
    // A row that is cut off (row 8) and one with too many cells (row 9).
    "349,1,285",
    "349,2,282,1,100,6,SO5,1,1,10.0000,0.0,0.0,5.0,10.0000,0.8000,0.2500,C-5,PO5,2012-01-29,2012-02-10,2012-02-05,,",
    // SO6: good, another territory and year, and the newest version of a product.
    "350,2,282,1,19,6,SO6,1,2,100.0000,0.0,0.0,60.0,200.0000,16.0000,5.0000,C-6,PO6,2012-01-29,2012-02-10,2012-02-05",
    // SO7: amounts that do not fit together (row 11), no such day (row 12), negative (row 13).
    "349,2,282,1,100,6,SO7,1,2,100.0000,0.0,0.0,60.0,150.0000,16.0000,5.0000,C-7,PO7,2012-01-29,2012-02-10,2012-02-05",
    "349,2,282,1,100,6,SO8,1,2,100.0000,0.0,0.0,60.0,200.0000,16.0000,5.0000,C-8,PO8,2012-02-30,2012-02-10,2012-02-05",
    "349,2,282,1,100,6,SO9,1,2,-100.0000,0.0,0.0,60.0,-200.0000,16.0000,5.0000,C-9,PO9,2012-01-29,2012-02-10,2012-02-05",
    // SO10: its rows are apart (rows 14 and 16), around a good order.
    "349,2,282,1,100,6,SO10,1,1,10.0000,0.0,0.0,5.0,10.0000,0.8000,0.2500,C-10,PO10,2012-03-01,2012-02-10,2012-02-05",
    "349,2,282,1,100,6,SO11,1,1,10.0000,0.0,0.0,5.0,10.0000,0.8000,0.2500,C-11,PO11,2012-03-01,2012-02-10,2012-02-05",
    "349,2,282,1,100,6,SO10,2,1,10.0000,0.0,0.0,5.0,10.0000,0.8000,0.2500,C-10,PO10,2012-03-01,2012-02-10,2012-02-05",
    // SO12: its second row names another reseller (row 18), SO13 the same line twice (row 20).
    "349,1,285,1,100,5,SO12,1,1,10.0000,0.0,0.0,5.0,10.0000,0.8000,0.2500,C-12,PO12,2012-03-01,2012-02-10,2012-02-05",
    "349,2,285,1,100,5,SO12,2,1,10.0000,0.0,0.0,5.0,10.0000,0.8000,0.2500,C-12,PO12,2012-03-01,2012-02-10,2012-02-05",
    "349,1,285,1,100,5,SO13,1,1,10.0000,0.0,0.0,5.0,10.0000,0.8000,0.2500,C-13,PO13,2012-03-01,2012-02-10,2012-02-05",
    "349,1,285,1,100,5,SO13,1,1,10.0000,0.0,0.0,5.0,10.0000,0.8000,0.2500,C-13,PO13,2012-03-01,2012-02-10,2012-02-05",
    // SO1 again would be the number of an order that is there; here a number no text field holds (row 21).
    "349,1,285,1,100,5,\u{1}SO14,1,1,10.0,0.0,0.0,5.0,10.0,0.8,0.25,C-14,PO14,2012-03-01,2012-02-10,2012-02-05",
];

impl Folder {
    fn new(name: &str) -> Self {
        let folder = Self(std::env::temp_dir().join(format!(
            "qudao_adventureworks_{}_{name}",
            std::process::id()
        )));
        fs::create_dir_all(&folder.0).unwrap();
        folder.write(
            "territories.csv",
            "SalesTerritoryKey,SalesTerritoryRegion\n5,Southeast\n6,Canada\n",
        );
        folder.write(
            "geography.csv",
            "GeographyKey,City,StateProvinceName,EnglishCountryRegionName,PostalCode,SalesTerritoryKey\n\
             10,Atlanta,Georgia,United States,30308,5\n11,Ottawa,Ontario,Canada,K4B 1S1,6\n12,Nowhere,,Canada,,99\n",
        );
        folder.write(
            "currencies.csv",
            "CurrencyKey,CurrencyAlternateKey\n100,USD\n19,CAD\n",
        );
        folder.write(
            "resellers.csv",
            "ResellerKey,GeographyKey,ResellerAlternateKey,Phone,BusinessType,ResellerName,NumberEmployees,ProductLine,AddressLine1,\
             AddressLine2,AnnualSales,YearOpened\n\
             1,10,AW1,245-555-0173,Value Added Reseller,A Bike Store,2,Road,2251 Elliot Avenue,,300000.0000,1974\n\
             2,11,AW2,,Warehouse,\"Brakes, Gears\",10,Touring,1 Elm,Unit 4,800000.0000,1990\n\
             3,11,AW3,,Kiosk,Unknown Type,1,Road,2 Elm,,1.0,1990\n\
             4,12,AW4,,Warehouse,Unknown Place,1,Road,2 Elm,,1.0,1990\n\
             5,11,AW1,,Warehouse,Number Taken,1,Road,2 Elm,,1.0,1990\n",
        );
        folder.write(
            "product_categories.csv",
            "ProductCategoryKey,EnglishProductCategoryName\n1,Bikes\n",
        );
        folder.write(
            "product_subcategories.csv",
            "ProductSubcategoryKey,EnglishProductSubcategoryName,ProductCategoryKey\n1,Mountain Bikes,1\n",
        );
        folder.write(
            "products.csv",
            "ProductKey,ProductAlternateKey,ProductSubcategoryKey,EnglishProductName,StandardCost,FinishedGoodsFlag,SafetyStockLevel,\
             ListPrice,ChineseDescription,StartDate,Status\n\
             349,BK-1,1.0,Mountain-100 old,1898.0944,True,100,3374.99,,2011-07-01,\n\
             350,BK-1,1.0,Mountain-100,1912.1544,True,100,3399.99,高级山地车,2012-07-01,Current\n\
             712,CA-1,,Cap,5.5,True,4,10.0,,2011-07-01,\n\
             713,XX-1,9.0,Unknown category,5.5,True,4,10.0,,2011-07-01,Current\n",
        );
        folder.write(
            "promotions.csv",
            "PromotionKey,EnglishPromotionName,DiscountPct,EnglishPromotionType,EnglishPromotionCategory,StartDate,EndDate,MinQty,MaxQty\n\
             1,No Discount,0.0,No Discount,No Discount,2010-11-29,2014-06-30,0,\n\
             2,Volume Discount 11 to 14,0.02,Volume Discount,Reseller,2010-12-29,2013-12-28,11,14.0\n",
        );
        folder.write(
            "inventory_movements_2013on.csv",
            "ProductKey,MovementDate,UnitCost,UnitsIn,UnitsOut,UnitsBalance\n\
             349,2013-01-01,9.66,4,2,2\n349,2013-01-02,9.66,0,5,-3\n349,2013-01-03,9.66,10,1,6\n\
             712,2013-01-01,9.66,0,1,9\n712,2013-01-02,9.66,x,1,8\n999,2013-01-02,9.66,1,1,8\n",
        );
        folder.write_sales(&SALES);
        folder
    }

    fn path(&self) -> &Path {
        &self.0
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.0.join(name), text).unwrap();
    }

    fn write_sales(&self, rows: &[&str]) {
        let text = format!(
            "{SALES_HEADINGS}
{}
",
            rows.join(
                "
"
            )
        );
        self.write_packed(text.as_bytes(), Compression::fast(), 0);
    }

    /// Writes the sales file and cuts so many bytes off its end.
    fn write_packed(&self, text: &[u8], level: Compression, cut: usize) {
        let mut packed = GzEncoder::new(Vec::new(), level);
        packed.write_all(text).unwrap();
        let bytes = packed.finish().unwrap();
        let name = self.0.join("reseller_sales.csv.gz");
        fs::write(name, &bytes[..bytes.len() - cut]).unwrap();
    }
}

/// On every database: an empty site and its own folder.
fn on_each(name: &str, check: impl Fn(&Arc<Kernel>, &Folder)) {
    for (at, database) in TestDatabase::all().into_iter().enumerate() {
        let folder = Folder::new(&format!("{name}_{at}"));
        let mut registry = Registry::default();
        crate::register(&mut registry).unwrap();
        let store = database.open().unwrap();
        let site = SiteOptions::standard(SiteKey::new([7; 32]).unwrap());
        let kernel = Kernel::start(store, registry, Arc::new(SystemClock), site).unwrap();
        check(&kernel, &folder);
        let report = kernel.verify(None).unwrap();
        assert_eq!(report.broken, Vec::<String>::new());
        kernel.store.close();
    }
}

fn run(kernel: &Arc<Kernel>, folder: &Folder) -> (Summary, Vec<String>) {
    let mut bad = Vec::new();
    let mut tell = |event: Event<'_>| {
        if let Event::BadRow { file, row, reason } = event {
            bad.push(format!("{file} {row}: {reason}"));
        }
    };
    let summary = import(kernel, folder.path(), &mut tell).unwrap();
    (summary, bad)
}

fn figure(summary: &Summary, label: &str) -> (String, String) {
    let found = summary.figures.iter().find(|figure| figure.label == label);
    found.unwrap().texts()
}

fn count(kernel: &Arc<Kernel>, sql: &str) -> i64 {
    let count = kernel.read(&Actor::system(), |cx| cx.query(sql, &[])?[0].int(0));
    count.unwrap()
}

fn pair(files: &str, stored: &str) -> (String, String) {
    (files.to_owned(), stored.to_owned())
}

/// Every bad row by file, line and reason; an order with a bad row is kept out whole.
const BAD: [&str; 23] = [
    "geography.csv 4: SalesTerritoryKey 99 is not known",
    "resellers.csv 4: BusinessType Kiosk is not known",
    "resellers.csv 5: GeographyKey 12 is not known",
    "resellers.csv 6: number: ",
    "products.csv 5: ProductSubcategoryKey 9 is not known",
    "reseller_sales.csv.gz 4: order SO2 is not loaded because of row 5",
    "reseller_sales.csv.gz 5: OrderQuantity `two` is no number",
    "reseller_sales.csv.gz 6: ProductKey 999 is not known",
    "reseller_sales.csv.gz 7: ResellerKey 77 is not known",
    "reseller_sales.csv.gz 8: has 3 cells, not 21",
    "reseller_sales.csv.gz 9: has 23 cells, not 21",
    "reseller_sales.csv.gz 11: SalesAmount is not UnitPrice x OrderQuantity - DiscountAmount",
    "reseller_sales.csv.gz 12: OrderDate `2012-02-30` is no date",
    "reseller_sales.csv.gz 13: UnitPrice -100.00 is negative",
    "reseller_sales.csv.gz 14: the 2 rows of order SO10 do not stand together",
    "reseller_sales.csv.gz 16: the 2 rows of order SO10 do not stand together",
    "reseller_sales.csv.gz 17: order SO12 is not loaded because of row 18",
    "reseller_sales.csv.gz 18: says something else of its order than the rows before",
    "reseller_sales.csv.gz 19: order SO13 is not loaded because of row 20",
    "reseller_sales.csv.gz 20: line 1 of its order appears twice",
    "reseller_sales.csv.gz 21: SalesOrderNumber holds control characters",
    "inventory_movements_2013on.csv 6: UnitsIn `x` is no number",
    "inventory_movements_2013on.csv 7: ProductKey 999 is not known",
];

#[test]
fn bad_rows_are_told_and_the_others_loaded() {
    on_each("bad", |kernel, folder| {
        let (summary, bad) = run(kernel, folder);
        assert_eq!(bad.len(), BAD.len(), "{bad:#?}");
        for (told, wanted) in bad.iter().zip(BAD) {
            assert!(told.starts_with(wanted), "{told} is not {wanted}");
        }
        assert!(!summary.is_complete());
        assert_eq!(summary.bad_rows, BAD.len() as u64);
        assert_eq!(summary.records["sales_order"], (3, 0));
        assert_eq!(summary.records["partner"], (2, 0));
        assert_eq!(figure(&summary, "orders"), pair("13", "3"));
        assert_eq!(figure(&summary, "territory 6"), pair("380.00", "210.00"));
        assert_eq!(count(kernel, "SELECT COUNT(*) FROM sales_order_line"), 4);
    });
}

#[test]
fn figures_of_an_order_are_those_of_the_file() {
    on_each("figures", |kernel, folder| {
        run(kernel, folder);
        let line = "SELECT l.net_amount FROM sales_order_line l JOIN sales_order o ON o.id = l.sales_order_id \
                    WHERE o.number = 'SO1' AND l.promotion_amount = 24000";
        assert_eq!(count(kernel, line), 1_176_000);
        let order = "SELECT total_amount FROM sales_order WHERE number = 'SO1' AND historic = 1 AND state = 'completed' \
                     AND public_state = 'completed' AND confirmed_on = 20101229 AND completed_on = 20110105 \
                     AND external_number = 'PO1' AND promotion_id IS NOT NULL AND net_amount + tax_amount = total_amount";
        assert_eq!(count(kernel, order), 21_425_940 + 1_714_075);
        let newest = "SELECT COUNT(*) FROM product WHERE code = 'BK-1' AND name = 'Mountain-100' AND active = 1";
        assert_eq!(count(kernel, newest), 1);
        assert_eq!(
            count(kernel, "SELECT COUNT(*) FROM product WHERE active = 0"),
            1
        );
        assert_eq!(count(kernel, "SELECT COUNT(*) FROM ledger_hold"), 0);
        let partner = "SELECT COUNT(*) FROM partner WHERE number = 'AW2' AND state = 'active' AND kind = 'distributor' \
                       AND address = '1 Elm, Unit 4, Ottawa, Ontario K4B 1S1, Canada'";
        assert_eq!(count(kernel, partner), 1);
        let rule =
            "SELECT COUNT(*) FROM price_rule WHERE quantity_from = 110000 AND percent_off = 20000";
        assert_eq!(count(kernel, rule), 1);
    });
}

#[test]
fn openings_are_raised_so_that_stock_never_falls_under_zero() {
    on_each("stock", |kernel, folder| {
        let (summary, _) = run(kernel, folder);
        // The bicycle opens with nothing and is three short at its lowest; the caps open with ten.
        assert_eq!(summary.pieces_raised, 3);
        assert_eq!(figure(&summary, "pieces at the opening"), pair("13", "13"));
        assert_eq!(figure(&summary, "pieces in"), pair("14", "14"));
        assert_eq!(figure(&summary, "pieces out"), pair("9", "9"));
        let level = "SELECT l.on_hand FROM stock_level l JOIN product p ON p.id = l.product_id WHERE p.code = 'BK-1'";
        assert_eq!(count(kernel, level), 90_000);
        let safety = "SELECT s.safety_quantity FROM stock_policy s JOIN product p ON p.id = s.product_id WHERE p.code = 'BK-1'";
        assert_eq!(count(kernel, safety), 1_000_000);
    });
}

#[test]
fn a_second_run_loads_nothing_and_a_corrected_file_only_what_was_kept_out() {
    on_each("again", |kernel, folder| {
        run(kernel, folder);
        let entries = count(kernel, "SELECT COUNT(*) FROM action_log");
        let (again, bad) = run(kernel, folder);
        assert!(
            again.records.values().all(|(new, _)| *new == 0),
            "{again:?}"
        );
        assert_eq!(again.records["sales_order"], (0, 3));
        assert_eq!(bad.len(), again.bad_rows as usize);
        assert_eq!(count(kernel, "SELECT COUNT(*) FROM action_log"), entries);

        let corrected = SALES[3].replace(",two,", ",2,");
        let rows = [
            SALES[0], SALES[1], SALES[2], &corrected, SALES[8], SALES[13], SALES[14],
        ];
        folder.write_sales(&rows);
        folder.write(
            "inventory_movements_2013on.csv",
            "ProductKey,MovementDate,UnitsIn,UnitsOut,UnitsBalance\n",
        );
        let (summary, _) = run(kernel, folder);
        assert_eq!(summary.records["sales_order"], (2, 3));
        assert_eq!(
            figure(&summary, "reseller sales"),
            pair("2392.59", "2392.59")
        );
        assert_eq!(
            figure(&summary, "reseller sales, from lines"),
            pair("2392.59", "2392.59")
        );
        assert_eq!(count(kernel, "SELECT COUNT(*) FROM sales_order"), 5);
    });
}

#[test]
fn a_file_that_breaks_off_keeps_its_last_order_out() {
    on_each("broken", |kernel, folder| {
        let rows = [SALES[13], SALES[0], SALES[1]].join("\n");
        let text = format!("{SALES_HEADINGS}\n{rows}\n");
        // Packed without compressing, so that the cut lies within the last row.
        folder.write_packed(text.as_bytes(), Compression::none(), 60);
        let (summary, bad) = run(kernel, folder);
        let told = bad
            .iter()
            .filter(|line| line.contains("cannot be read from here on"));
        assert_eq!(told.count(), 1, "{bad:#?}");
        assert!(
            bad.iter()
                .any(|line| line.contains("the file ends within this order")),
            "{bad:#?}"
        );
        assert_eq!(summary.records["sales_order"], (1, 0));

        fs::remove_file(folder.path().join("reseller_sales.csv.gz")).unwrap();
        let missing = import(kernel, folder.path(), &mut |_| {})
            .unwrap_err()
            .to_string();
        assert!(
            missing.contains("reseller_sales.csv cannot be read"),
            "{missing}"
        );
    });
}
