//! The figures every priced thing has, under the same names: what the waterfall gives, lines of orders and of quotations.
//!
//! Keeps true: there is one list of them, so no copy forgets one.

/// Copies the amounts of a priced thing, tax and net included.
macro_rules! take_sums {
    ($to:expr, $from:expr) => {
        $to.list_amount = $from.list_amount;
        $to.discount_amount = $from.discount_amount;
        $to.promotion_amount = $from.promotion_amount;
        $to.total_amount = $from.total_amount;
        $to.tax_amount = $from.tax_amount;
        $to.net_amount = $from.net_amount;
    };
}

/// Copies the figures of a line: unit price and amounts.
macro_rules! take_figures {
    ($to:expr, $from:expr) => {
        $to.unit_price = $from.unit_price;
        take_sums!($to, $from);
    };
}
