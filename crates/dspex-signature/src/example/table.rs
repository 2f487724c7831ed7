//! Tables in text, with names in the first row: CSV, and TSV with tabs.

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

use super::{LineCause, LineFault};

/// A row of a table: the line that it starts on, and its cells.
pub(super) struct Row {
    pub(super) line: usize,
    pub(super) cells: Vec<String>,
}

/// Reads all rows but empty lines; quotes work as RFC 4180 says.
pub(super) fn rows(text: &str, delimiter: u8) -> Vec<Row> {
    let mut reader = ReaderBuilder::new().delimiter(delimiter).build();
    let (mut rest, mut line, mut rows) = (text.trim_start_matches('\u{feff}'), 1, Vec::new());
    loop {
        let row = rest.trim_start_matches(['\r', '\n']);
        line += n_breaks(&rest[..rest.len() - row.len()]);
        let Some((cells, n_read)) = cells(&mut reader, row.as_bytes()) else { return rows };
        rows.push(Row { line, cells });
        line += n_breaks(&row[..n_read]);
        rest = &row[n_read..];
    }
}

fn n_breaks(text: &str) -> usize {
    text.matches('\n').count()
}

/// The cells of the row that a text begins with, and how many bytes of the text they take.
fn cells(reader: &mut Reader, text: &[u8]) -> Option<(Vec<String>, usize)> {
    let (mut bytes, mut ends) = (vec![0; 256], vec![0; 16]);
    let (mut position, mut n_bytes, mut n_ends) = (0, 0, 0);
    loop {
        let (result, n_read, n_written, n_ended) =
            reader.read_record(&text[position..], &mut bytes[n_bytes..], &mut ends[n_ends..]);
        position += n_read;
        n_bytes += n_written;
        n_ends += n_ended;
        match result {
            // With nothing left to read, the next call ends the last row.
            ReadRecordResult::InputEmpty => {}
            ReadRecordResult::OutputFull => bytes.resize(2 * bytes.len(), 0),
            ReadRecordResult::OutputEndsFull => ends.resize(2 * ends.len(), 0),
            ReadRecordResult::Record => break,
            ReadRecordResult::End => return None,
        }
    }
    let starts = std::iter::once(&0).chain(&ends);
    let cell =
        |(start, end): (&usize, &usize)| String::from_utf8_lossy(&bytes[*start..*end]).into_owned();
    Some((starts.zip(&ends[..n_ends]).map(cell).collect(), position))
}

/// The names of the columns, without space around them.
pub(super) fn header(row: &Row) -> Result<Vec<String>, LineFault> {
    let names: Vec<String> = row.cells.iter().map(|name| name.trim().to_owned()).collect();
    let is_known = |(position, name): &(usize, &String)| names[..*position].contains(name);
    match names.iter().enumerate().find(is_known) {
        Some((_, name)) => {
            Err(LineFault { line: row.line, cause: LineCause::NameTwice(name.clone()) })
        }
        None => Ok(names),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[(usize, &[&str])]) {
        let rows = rows(text, b',');
        let rows: Vec<(usize, Vec<&str>)> = rows
            .iter()
            .map(|row| (row.line, row.cells.iter().map(String::as_str).collect()))
            .collect();
        let expected: Vec<_> =
            expected.iter().map(|(line, cells)| (*line, cells.to_vec())).collect();
        assert_eq!(rows, expected, "{text:?}");
    }

    #[test]
    fn quotes_protect_commas_and_lines() {
        check("a,b\n1,2\n", &[(1, &["a", "b"]), (2, &["1", "2"])]);
        check("a,b\r\n\"x, \"\"y\"\"\n z\",é", &[(1, &["a", "b"]), (2, &["x, \"y\"\n z", "é"])]);
        check("\u{feff}a\n\"1\n2\"\n3", &[(1, &["a"]), (2, &["1\n2"]), (4, &["3"])]);
        check("a\r\n\r\n\n1", &[(1, &["a"]), (4, &["1"])]);
        check("", &[]);
        let long = "x".repeat(5_000);
        check(&format!("{long},{long}"), &[(1, &[&long, &long])]);
        let wide = ["c"; 40];
        check(&wide.join(","), &[(1, &wide)]);
    }
}
