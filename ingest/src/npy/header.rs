//! The header of an `.npy` file: a Python dictionary, parsed and never run.

/// The dictionary of a header: exactly the three keys that the format defines.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Header<'a> {
    pub(super) descriptor: &'a str,
    pub(super) fortran_order: bool,
    pub(super) shape: Vec<u64>,
}

impl<'a> Header<'a> {
    /// Parses the Python literal that numpy writes.
    pub(super) fn parse(text: &'a str) -> Result<Self, &'static str> {
        let (mut descriptor, mut fortran_order, mut shape) = (None, None, None);
        let mut rest = Cursor(text);
        rest.expect('{')?;
        while !rest.accept('}') {
            let key = rest.string()?;
            rest.expect(':')?;
            let new = match key {
                "descr" => descriptor.replace(rest.descriptor()?).is_none(),
                "fortran_order" => fortran_order.replace(rest.boolean()?).is_none(),
                "shape" => shape.replace(rest.shape()?).is_none(),
                _ => return Err("an unknown key in the header"),
            };
            if !new {
                return Err("a key twice in the header");
            }
            if !rest.accept(',') {
                rest.expect('}')?;
                break;
            }
        }
        if !rest.0.trim().is_empty() {
            return Err("text behind the header's dictionary");
        }
        match (descriptor, fortran_order, shape) {
            (Some(descriptor), Some(fortran_order), Some(shape)) => Ok(Self {
                descriptor,
                fortran_order,
                shape,
            }),
            _ => Err("a key is missing in the header"),
        }
    }
}

/// What is left of a header.
struct Cursor<'a>(&'a str);

impl<'a> Cursor<'a> {
    fn accept(&mut self, token: char) -> bool {
        match self.0.trim_start().strip_prefix(token) {
            Some(rest) => {
                self.0 = rest;
                true
            }
            None => false,
        }
    }

    fn expect(&mut self, token: char) -> Result<(), &'static str> {
        if self.accept(token) {
            Ok(())
        } else {
            Err("a header that is no dictionary")
        }
    }

    fn string(&mut self) -> Result<&'a str, &'static str> {
        let quote = if self.accept('\'') { '\'' } else { '"' };
        if quote == '"' {
            self.expect('"')?;
        }
        let (string, rest) = self
            .0
            .split_once(quote)
            .ok_or("an open string in the header")?;
        self.0 = rest;
        Ok(string)
    }

    /// A structured dtype is a list: named as such instead of parsed.
    fn descriptor(&mut self) -> Result<&'a str, &'static str> {
        if self.0.trim_start().starts_with('[') {
            return Err("a structured dtype");
        }
        self.string()
    }

    fn boolean(&mut self) -> Result<bool, &'static str> {
        let text = self.0.trim_start();
        for (word, value) in [("True", true), ("False", false)] {
            if let Some(rest) = text.strip_prefix(word) {
                self.0 = rest;
                return Ok(value);
            }
        }
        Err("a fortran_order that is no boolean")
    }

    fn shape(&mut self) -> Result<Vec<u64>, &'static str> {
        let mut shape = Vec::new();
        self.expect('(')?;
        while !self.accept(')') {
            let text = self.0.trim_start();
            let end = text
                .find(|c: char| !c.is_ascii_digit())
                .unwrap_or(text.len());
            let (digits, rest) = text.split_at(end);
            shape.push(
                digits
                    .parse()
                    .map_err(|_| "a shape that is no tuple of sizes")?,
            );
            self.0 = rest;
            if !self.accept(',') {
                self.expect(')')?;
                break;
            }
        }
        Ok(shape)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_of_numpy_parse() {
        let text = "{'descr': '<i2', 'fortran_order': False, 'shape': (12000,), }        \n";
        let expected = Header {
            descriptor: "<i2",
            fortran_order: false,
            shape: vec![12000],
        };
        assert_eq!(Header::parse(text), Ok(expected));
        let text = "{\"shape\":(2,3),\"fortran_order\":True,\"descr\":\"<f8\"}";
        let expected = Header {
            descriptor: "<f8",
            fortran_order: true,
            shape: vec![2, 3],
        };
        assert_eq!(Header::parse(text), Ok(expected));
        let text = "{'descr': '|O', 'fortran_order': False, 'shape': ()}";
        let expected = Header {
            descriptor: "|O",
            fortran_order: false,
            shape: vec![],
        };
        assert_eq!(Header::parse(text), Ok(expected));
    }

    #[test]
    fn other_headers_do_not() {
        for text in [
            "",
            "{",
            "[]",
            "{}",
            "{'descr': '<i2', 'fortran_order': False}",
            "{'descr': '<i2', 'fortran_order': 0, 'shape': (1,)}",
            "{'descr': '<i2', 'fortran_order': False, 'shape': (-1,)}",
            "{'descr': '<i2', 'fortran_order': False, 'shape': (1e9,)}",
            "{'descr': '<i2', 'fortran_order': False, 'shape': 12}",
            "{'descr': '<i2', 'fortran_order': False, 'shape': (99999999999999999999,)}",
            "{'descr': '<i2', 'descr': '<i2', 'fortran_order': False, 'shape': (1,)}",
            "{'descr': [('a', '<i2')], 'fortran_order': False, 'shape': (1,)}",
            "{'descr': '<i2', 'fortran_order': False, 'shape': (1,), 'x': __import__('os')}",
            "{'descr': '<i2', 'fortran_order': False, 'shape': (1,)} + 1",
            "{'descr': '<i2",
        ] {
            assert!(Header::parse(text).is_err(), "{text}");
        }
    }
}
