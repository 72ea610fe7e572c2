use super::*;

fn read(text: &str, dialect: Dialect) -> Result<Vec<Vec<String>>, Error> {
    let mut rows = Rows::new(Input::bytes("a.csv", text), dialect)?;
    let mut found = Vec::new();
    while rows.advance()?.is_some() {
        found.push(rows.fields().map(str::to_owned).collect());
    }
    Ok(found)
}

fn fault(text: &str) -> RowFault {
    let error = read(text, Dialect::default()).unwrap_err();
    error
        .fault::<RowFault>()
        .unwrap_or_else(|| panic!("{error}"))
        .clone()
}

#[test]
fn rows_are_as_other_readers_of_well_formed_files_have_them() {
    for text in [
        "a,b\n1,2\n",
        "a,b\r\n1,2\r\n\r\n\"3\",\"4\"\r\n",
        "a,b\r1,2\r3,4",
        "a,b\n\"x\ny\",\"say \"\"hi\"\"\"\n,\n\"\",z\n",
        "a,b\n\n\n1,\n",
        "a\n\"1,2\"\n",
    ] {
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let wanted: Vec<Vec<String>> = reader
            .records()
            .map(|record| record.unwrap().iter().map(str::to_owned).collect())
            .collect();
        let dialect = Dialect::default().delimited(Delimiter::Comma);
        assert_eq!(read(text, dialect).unwrap(), wanted, "{text:?}");
    }
}

#[test]
fn a_header_that_comes_again_is_no_row() {
    for text in [
        "a,b\n1,2\na,b\n3,4\n",
        "\u{feff}a,b\n1,2\n\u{feff}a,b\n3,4\n",
    ] {
        let error = read(text, Dialect::default()).unwrap_err();
        assert_eq!(error.fault(), Some(&RowFault::HeaderAgain), "{text:?}");
        assert!(error.to_string().contains("row 2"), "{error}");
    }
    let dialect = Dialect::default();
    let bare = Dialect {
        header: false,
        ..dialect
    };
    assert_eq!(read("a,b\na,b\n", bare).unwrap().len(), 2);
    let words = dialect.delimited(Delimiter::Comma);
    assert_eq!(read("word\nword\n", words).unwrap(), [["word"]]);
    assert_eq!(read("a,b\na,c\nb,a\n", dialect).unwrap().len(), 2);
}

#[test]
fn long_fields_go_over_blocks() {
    let long = "x\"\"\r\n".repeat(crate::lines::BLOCK / 3);
    let text = format!(
        "a,b\n\"{long}\",1\n{},2\n",
        "y".repeat(crate::lines::BLOCK * 2)
    );
    let rows = read(&text, Dialect::default()).unwrap();
    assert_eq!(rows[0][0], long.replace("\"\"", "\""));
    assert_eq!(
        (rows[1][0].len(), rows[1][1].as_str()),
        (crate::lines::BLOCK * 2, "2")
    );
}

#[test]
fn quotes_out_of_place_are_refused_by_their_line() {
    assert_eq!(fault("a,b\n1,\"2\n3,4\n"), RowFault::OpenQuote { line: 2 });
    assert_eq!(
        fault("a,b\n\n\"x\ny\",\"2"),
        RowFault::OpenQuote { line: 4 }
    );
    assert_eq!(fault("a,\"b"), RowFault::OpenQuote { line: 1 });
    let after = RowFault::AfterQuote { opened: 2, line: 3 };
    assert_eq!(fault("a,b\n1,\"2\n3,\"4\n"), after);
    assert_eq!(
        fault("a,b\n1,2\n1,5\" pipe\n"),
        RowFault::StrayQuote { line: 3 }
    );
    assert_eq!(fault("a,b\n1, \"2\"\n"), RowFault::StrayQuote { line: 2 });
    let plain = Dialect {
        quotes: false,
        ..Dialect::default()
    };
    let rows = read("a,b\n\"1,5\" pipe\n", plain).unwrap();
    assert_eq!(rows, [["\"1", "5\" pipe"]]);
}

#[test]
fn a_file_with_another_delimiter_is_refused_unless_somebody_chose() {
    for (text, found) in [
        ("id;text\n1;a\n", Delimiter::Semicolon),
        ("id\ttext\n1\ta\n", Delimiter::Tab),
        ("id|text\n", Delimiter::Pipe),
    ] {
        let assumed = Delimiter::Comma;
        assert_eq!(fault(text), RowFault::OtherDelimiter { assumed, found });
        let chosen = Dialect::default().delimited(assumed);
        assert_eq!(
            Rows::new(Input::bytes("a", text), chosen)
                .unwrap()
                .names()
                .count(),
            1
        );
        let other = Dialect::default().delimited(found);
        assert_eq!(
            Rows::new(Input::bytes("a", text), other)
                .unwrap()
                .names()
                .count(),
            2
        );
    }
    assert_eq!(fault("sep=;\nid;text\n"), RowFault::SeparatorNote);
}

#[test]
fn without_a_header_the_first_row_is_one_and_columns_have_numbers() {
    let dialect = Dialect {
        header: false,
        ..Dialect::default()
    };
    let mut rows = Rows::new(Input::bytes("a", "1,x\n2,y\n"), dialect).unwrap();
    let second = rows.column("2").unwrap();
    assert!(rows.column("0").is_err() && rows.column("x").is_err());
    assert_eq!(rows.advance().unwrap(), Some(1));
    assert_eq!(rows.field(second), "x");
    assert_eq!(rows.advance().unwrap(), Some(2));
    assert_eq!(rows.field(second), "y");
    assert_eq!(rows.advance().unwrap(), None);
    let error = read("a\n1,2\n", dialect).unwrap_err();
    assert!(error.to_string().contains("row 2: "), "{error}");
}

#[test]
fn empty_lines_are_counted() {
    let mut rows = Rows::new(Input::bytes("a", "x\n\n1\n\n\n2\n"), Dialect::default()).unwrap();
    while rows.advance().unwrap().is_some() {}
    assert_eq!(rows.empty_lines(), 3);
}

#[test]
fn nul_bytes_are_told() {
    let error = read("a\n1\n\0b\n", Dialect::default()).unwrap_err();
    assert_eq!(error.fault(), Some(&TextFault::Nul));
    assert!(error.to_string().contains("row 2: "), "{error}");
}
