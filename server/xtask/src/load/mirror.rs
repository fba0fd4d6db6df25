//! Documents as the client has them, and random edits of them: the same in every run with the same seed.

use serde_json::{Value, json};

/// Numbers that look random: splitmix64.
pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut it = self.0;
        it = (it ^ it >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        it = (it ^ it >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        it ^ it >> 31
    }

    /// A number from zero, less than `n`.
    pub(super) fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() % n.max(1) as u64).unwrap_or_default()
    }

    pub(super) fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from.get(self.below(from.len())).copied().unwrap_or_default()
    }
}

/// What is pasted: whole things, halves, and what counts differently in each encoding.
const PIECES: [&str; 18] = [
    "{",
    "}",
    "[",
    "]",
    "\"",
    ",",
    "\n",
    "\r\n",
    "\r",
    "é",
    "😀",
    "\u{2028}",
    "// x\n",
    "\"Action\": \"s3:Get*\",",
    "{\"Effect\": \"Allow\", \"Action\": \"s3:GetObject\", \"Resource\": \"*\"},\n",
    "\"Resource\": [\"arn:aws:s3:::b/*\"]",
    "\\u00e9",
    "${aws:username}",
];

/// What is typed a letter at a time.
const TYPED: &str = "\"bedrock:InvokeModel\", \"é😀\" ";

/// A document that the client edits.
pub(super) struct Document {
    pub(super) uri: String,
    pub(super) version: i64,
    pub(super) text: String,
    /// Where it is typed, and how far.
    cursor: usize,
    typed: usize,
}

impl Document {
    /// A policy whose statements are like those that people write.
    pub(super) fn new(number: usize) -> Document {
        let uri = format!("file:///load/policy{number}.json");
        let text = policy(number);
        Document { uri, version: 1, cursor: text.len() / 2, text, typed: 0 }
    }

    /// Changes the text, and gives the parameters of `textDocument/didChange` that say so.
    pub(super) fn edit(&mut self, random: &mut Random) -> Value {
        let n_changes = if random.one_in(20) { 2 + random.below(4) } else { 1 };
        let changes: Vec<Value> = (0..n_changes).map(|_| self.change(random)).collect();
        self.version += 1;
        json!({ "textDocument": { "uri": self.uri, "version": self.version }, "contentChanges": changes })
    }

    /// Sets the text to a whole policy again.
    pub(super) fn restore(&mut self, number: usize) -> Value {
        self.version += 1;
        self.text = policy(number);
        let document = json!({ "uri": self.uri, "version": self.version });
        json!({ "textDocument": document, "contentChanges": [{ "text": self.text }] })
    }

    fn change(&mut self, random: &mut Random) -> Value {
        let longest = 4 * policy(0).len();
        match random.below(100) {
            // Somebody else wrote the file.
            0 if random.one_in(10) || self.text.len() > longest => {
                self.text = policy(random.below(1_000));
                json!({ "text": self.text })
            }
            0..15 => {
                let piece = random.pick(&PIECES);
                let at = self.place(random.below(self.text.len() + 1));
                self.replace(at, at, piece)
            }
            15..30 => {
                let start = self.place(random.below(self.text.len() + 1));
                let end = self.place((start + random.below(40)).min(self.text.len()));
                let piece = if random.one_in(3) { random.pick(&PIECES) } else { "" };
                self.replace(start.min(end), end.max(start), piece)
            }
            _ => {
                if self.typed.is_multiple_of(TYPED.chars().count()) {
                    self.cursor = random.below(self.text.len() + 1);
                }
                let letter = TYPED.chars().nth(self.typed % TYPED.chars().count()).unwrap_or(' ');
                self.typed += 1;
                let at = self.place(self.cursor.min(self.text.len()));
                let change = self.replace(at, at, letter.encode_utf8(&mut [0; 4]));
                self.cursor = at + letter.len_utf8();
                change
            }
        }
    }

    fn replace(&mut self, start: usize, end: usize, with: &str) -> Value {
        let range = json!({ "start": self.position(start), "end": self.position(end) });
        self.text.replace_range(start..end, with);
        json!({ "range": range, "text": with })
    }

    /// The next place before `at` that has a position of its own: not inside of a character or of a line end.
    pub(super) fn place(&self, at: usize) -> usize {
        let is_inside = |at: usize| {
            let bytes = self.text.as_bytes();
            at > 0 && bytes.get(at - 1) == Some(&b'\r') && bytes.get(at) == Some(&b'\n')
        };
        let at = self.text.floor_char_boundary(at);
        if is_inside(at) { at - 1 } else { at }
    }

    /// A place as the protocol has it: in lines, and units of UTF-16.
    pub(super) fn position(&self, at: usize) -> Value {
        let before = self.text.get(..at).unwrap_or_default();
        let (mut line, mut start) = (0, 0);
        let mut bytes = before.bytes().enumerate().peekable();
        while let Some((at, byte)) = bytes.next() {
            if byte == b'\n' || byte == b'\r' && bytes.peek().is_none_or(|it| it.1 != b'\n') {
                (line, start) = (line + 1, at + 1);
            }
        }
        let column: usize = before.get(start..).unwrap_or_default().chars().map(char::len_utf16).sum();
        json!({ "line": line, "character": column })
    }
}

fn policy(number: usize) -> String {
    let statement = |n: usize| {
        let action = ["bedrock:InvokeModel", "s3:Get*", "sagemaker:CreateTrainingJob", "iam:PassRole"];
        let action = action.get(n % action.len()).copied().unwrap_or_default();
        format!(
            "    {{\r\n      \"Sid\": \"S{n}é\",\n      \"Effect\": \"Allow\",\n      \"Action\": [\"{action}\", \"s3:GetObjekt\"],\n      \
             \"Resource\": \"arn:aws:s3:::bucket-{n}/*\"\n    }}"
        )
    };
    let statements: Vec<String> = (number..number + 4).map(statement).collect();
    format!("{{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [\n{}\n  ]\n}}\n", statements.join(",\n"))
}
