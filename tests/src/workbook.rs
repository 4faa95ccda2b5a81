//! A workbook as a person would save it: numbers as numbers, days and times as days and times, the rest as text.

use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, XlsxError};

/// Digits a spreadsheet keeps.
const DIGITS_MAX: usize = 15;

/// The bytes of a workbook with one sheet.
///
/// # Errors
/// When the sheet cannot be written.
pub fn of(rows: &[Vec<String>]) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let moment = Format::new().set_num_format("yyyy-mm-dd hh:mm:ss");
    for (row, cells) in (0_u32..).zip(rows) {
        for (column, text) in (0_u16..).zip(cells) {
            let is_number = text.len() <= DIGITS_MAX
                && text.bytes().all(|one| one.is_ascii_digit() || one == b'.');
            match (text.parse::<f64>(), ExcelDateTime::parse_from_str(text)) {
                _ if text.is_empty() => {}
                (Ok(number), _) if is_number => drop(sheet.write_number(row, column, number)?),
                (_, Ok(time)) if text.contains('-') => {
                    sheet.write_datetime_with_format(row, column, &time, &moment)?;
                }
                _ => drop(sheet.write_string(row, column, text)?),
            }
        }
    }
    book.save_to_buffer()
}
