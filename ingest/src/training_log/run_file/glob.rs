//! Patterns of paths.

/// A pattern: `*` stands for any characters but `/`, `**` for any, `?` for one that is not `/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Glob(Vec<Part>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    One,
    Within,
    Across,
    Literal(char),
}

impl Glob {
    pub(super) fn parse(text: &str) -> Self {
        let mut parts = Vec::new();
        for character in text.chars() {
            match (character, parts.last()) {
                ('*', Some(Part::Within)) => {
                    parts.pop();
                    parts.push(Part::Across);
                }
                ('*', Some(Part::Across)) => {}
                ('*', _) => parts.push(Part::Within),
                ('?', _) => parts.push(Part::One),
                (other, _) => parts.push(Part::Literal(other)),
            }
        }
        Self(parts)
    }

    /// Whether a whole path matches. Takes time in proportion to the product of both lengths.
    pub(super) fn matches(&self, path: &str) -> bool {
        // reached[i]: the first i parts match what was read of the path.
        let mut reached = vec![false; self.0.len() + 1];
        reached[0] = true;
        self.pass(&mut reached);
        for character in path.chars() {
            let mut next = vec![false; reached.len()];
            for (at, part) in self.0.iter().enumerate().filter(|(at, _)| reached[*at]) {
                match part {
                    Part::Literal(literal) if *literal == character => next[at + 1] = true,
                    Part::One if character != '/' => next[at + 1] = true,
                    Part::Within if character != '/' => next[at] = true,
                    Part::Across => next[at] = true,
                    _ => {}
                }
            }
            self.pass(&mut next);
            reached = next;
        }
        reached.last().copied().unwrap_or(false)
    }

    /// Stars match nothing, too.
    fn pass(&self, reached: &mut [bool]) {
        for (at, part) in self.0.iter().enumerate() {
            if reached[at] && matches!(part, Part::Within | Part::Across) {
                reached[at + 1] = true;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_stay_within_a_folder_and_double_ones_do_not() {
        for (pattern, path, matches) in [
            ("a/*.npy", "a/x.npy", true),
            ("a/*.npy", "a/.npy", true),
            ("a/*.npy", "a/b/x.npy", false),
            ("a/**.npy", "a/b/x.npy", true),
            ("**/x", "a/b/x", true),
            ("part-?", "part-7", true),
            ("part-?", "part-", false),
            ("part-?", "part-/", false),
            ("", "", true),
            ("", "a", false),
            ("*", "", true),
            ("a*b*c", "aXbYbZc", true),
            ("[a]", "[a]", true),
            ("a.c", "abc", false),
        ] {
            assert_eq!(
                Glob::parse(pattern).matches(path),
                matches,
                "{pattern} {path}"
            );
        }
    }

    #[test]
    fn many_stars_take_no_time() {
        let pattern = Glob::parse(&"*a".repeat(200));
        assert!(!pattern.matches(&"a".repeat(199)));
    }
}
