//! Choices made by bytes.

/// Bytes that choose; when there are none left, always the first.
pub(crate) struct Bytes<'a>(pub(crate) &'a [u8]);

impl<'a> Bytes<'a> {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *first
    }

    /// A number from zero, less than `n`.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        let both = usize::from(self.byte()) << 8 | usize::from(self.byte());
        both % n.max(1)
    }

    pub(crate) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    /// Some of the bytes as they are.
    pub(crate) fn some(&mut self, most: usize) -> &'a [u8] {
        let n = self.below(most).min(self.0.len());
        let (head, rest) = self.0.split_at(n);
        self.0 = rest;
        head
    }

    /// A text of `pieces` and of bytes as they are.
    pub(crate) fn text(&mut self, pieces: &[&str], most: usize) -> String {
        let mut out = String::new();
        for _ in 0..self.below(most) {
            if self.is_empty() {
                break;
            }
            match self.byte() % 16 {
                0 => out.push_str(&String::from_utf8_lossy(self.some(8))),
                _ => out.push_str(self.pick(pieces)),
            }
        }
        out
    }

    /// A place where `text` can be cut.
    pub(crate) fn place(&mut self, text: &str) -> usize {
        text.floor_char_boundary(self.below(text.len() + 1))
    }

    /// A text with a few changes: parts cut out, pieces put in.
    pub(crate) fn broken(&mut self, text: &str, pieces: &[&str]) -> String {
        let mut out = text.to_owned();
        for _ in 0..self.below(6) {
            let (start, end, with) = self.change(&out, pieces);
            out.replace_range(start..end, with);
        }
        out
    }

    /// A part of `text`, and what is to stand there.
    pub(crate) fn change<'p>(&mut self, text: &str, pieces: &[&'p str]) -> (usize, usize, &'p str) {
        let start = self.place(text);
        let end = match self.byte() % 4 {
            0 => text.ceil_char_boundary((start + self.below(40)).min(text.len())),
            1 => text.ceil_char_boundary((start + 1).min(text.len())),
            _ => start,
        };
        let with = if self.byte().is_multiple_of(4) { "" } else { self.pick(pieces) };
        (start, end, with)
    }
}

/// What policies are made of, whole and in pieces.
pub(crate) const PIECES: [&str; 52] = [
    "{",
    "}",
    "[",
    "]",
    "\"",
    ",",
    ":",
    "\n",
    "\r\n",
    "\r",
    " ",
    "\\",
    "\\u00e9",
    "\\ud800",
    "'",
    "/*",
    "*/",
    "//",
    "é",
    "😀",
    "\u{feff}",
    "\u{2028}",
    "\0",
    "null",
    "true",
    "-1e9",
    "\"Version\": \"2012-10-17\",",
    "\"Statement\": [",
    "{\"Effect\": \"Allow\", ",
    "{\"Effect\": \"Deny\", ",
    "\"Sid\": \"A\",",
    "\"Action\": ",
    "\"NotAction\": ",
    "\"Resource\": ",
    "\"Principal\": ",
    "\"Condition\": {",
    "\"s3:GetObject\"",
    "\"s3:Get*\",",
    "\"*\"",
    "\"bedrock:InvokeModel\",",
    "\"iam:PassRole\"",
    "\"arn:aws:s3:::b/*\"",
    "\"arn:aws:bedrock:us-east-1::foundation-model/*\"",
    "{\"AWS\": \"111122223333\"}",
    "\"StringLike\": {",
    "\"ForAllValues:StringEquals\": {",
    "\"NumericLessThan\": {",
    "\"IpAddress\": {\"aws:SourceIp\": \"10.0.0.0/8\"}",
    "\"aws:PrincipalTag/x\": ",
    "\"${aws:username}\"",
    "{\"Fn::Sub\": \"x\"}",
    "}]}",
];

/// A whole policy, to break.
pub(crate) const POLICY: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "Invoke",
      "Effect": "Allow",
      "Action": ["bedrock:InvokeModel*", "bedrock:Converse", "s3:GetObjekt"],
      "Resource": ["arn:aws:bedrock:*::foundation-model/anthropic.*", "*"],
      "Condition": { "StringEquals": { "aws:RequestedRegion": ["us-east-1", "${aws:PrincipalTag/é}"] } }
    },
    { "Effect": "Deny", "NotAction": "iam:*", "Resource": "arn:aws:s3:::b/*", "Condition": { "Bool": { "aws:SecureTransport": "false" } } },
    { "Effect": "Allow", "Action": "sagemaker:Create*", "Resource": "*", "Condition": { "ForAnyValue:StringLike": { "sagemaker:InstanceTypes": "ml.*" } } }
  ]
}
"#;
