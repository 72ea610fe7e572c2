//! Source text, line by line, with indentation.

/// Longest line that is not broken.
const WIDTH: usize = 120;

/// Source text under construction.
#[derive(Default)]
pub(crate) struct Writer {
    text: String,
    level: usize,
}

impl Writer {
    /// Code that starts at an indentation level of four spaces each.
    pub(crate) fn at(level: usize) -> Self {
        Writer {
            text: String::new(),
            level,
        }
    }

    pub(crate) fn finish(self) -> String {
        self.text
    }

    /// Appends a line, broken at spaces when it is too long; a comment goes on as a comment.
    pub(crate) fn line(&mut self, line: impl AsRef<str>) {
        let line = line.as_ref();
        let (deeper, prefix) = if line.starts_with("//") {
            (0, "// ")
        } else {
            (4, "")
        };
        let mut indent = 4 * self.level;
        let mut rest = line.to_owned();
        while indent + rest.len() > WIDTH {
            let room = WIDTH.saturating_sub(indent);
            let spaces = || {
                rest.match_indices(' ')
                    .map(|(at, _)| at)
                    .filter(|at| *at > prefix.len())
            };
            let Some(at) = spaces()
                .take_while(|at| *at <= room)
                .last()
                .or_else(|| spaces().next())
            else {
                break;
            };
            let (head, tail) = rest.split_at(at);
            self.push(indent, head);
            rest = format!("{prefix}{}", tail.trim_start());
            indent = 4 * self.level + deeper;
        }
        self.push(indent, &rest);
    }

    /// Appends a line and indents what follows.
    pub(crate) fn open(&mut self, line: impl AsRef<str>) {
        self.line(line);
        self.level += 1;
    }

    /// Ends an indented part with a closing brace.
    pub(crate) fn close(&mut self) {
        self.level = self.level.saturating_sub(1);
        self.line("}");
    }

    /// An empty line.
    pub(crate) fn blank(&mut self) {
        self.text.push('\n');
    }

    /// Appends lines that are written out, each relative to the current level.
    pub(crate) fn block(&mut self, lines: &str) {
        for line in lines.trim_matches('\n').lines() {
            if line.is_empty() {
                self.blank()
            } else {
                self.push(4 * self.level, line)
            }
        }
    }

    fn push(&mut self, indent: usize, line: &str) {
        self.text.extend(std::iter::repeat_n(' ', indent));
        self.text.push_str(line);
        self.text.push('\n');
    }
}
