//! The operators, keys and values of random conditions, by type: few, so that they meet often, and odd ones among
//! them.

/// What a condition's values are compared as.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Family {
    pub(crate) operators: &'static [&'static str],
    pub(crate) keys: &'static [&'static str],
    /// What policies write.
    pub(crate) wanted: &'static [&'static str],
    /// What requests have.
    pub(crate) given: &'static [&'static str],
}

pub(crate) const FAMILIES: &[Family] = &[TEXT, NUMBER, DATE, BOOL, IP, ARN, NULL, BINARY];

pub(crate) const TEXT: Family = Family {
    operators: &[
        "StringEquals",
        "StringNotEquals",
        "StringEqualsIgnoreCase",
        "StringNotEqualsIgnoreCase",
        "StringLike",
        "StringNotLike",
    ],
    keys: &[
        "aws:username",
        "aws:PrincipalTag/team",
        "s3:prefix",
        "aws:TagKeys",
        "aws:TagKeys",
        "aws:TagKeys",
        "aws:userid",
    ],
    wanted: &[
        "mara",
        "mara",
        "search",
        "MARA",
        "m*",
        "?ara",
        "*",
        "search",
        "b*",
        "",
        "straße",
        "é",
        "${aws:username}",
        "${AWS:UserName}",
        "x-${aws:username}",
        "${aws:PrincipalTag/team}",
        "${aws:PrincipalTag/team, 'Search'}",
        "${aws:PrincipalTag/team, ''}",
        "${aws:username,'mara'}",
        "${aws:username}${aws:PrincipalTag/team}",
        "${aws:TagKeys}",
        "${aws:TagKeys, 'mara'}",
        "${*}",
        "b${*}",
        "${aws:username",
        "${}",
        "AIDAMARA",
        "AROALOADER:*",
    ],
    given: &[
        "mara",
        "mara",
        "mara",
        "Mara",
        "search",
        "search",
        "b*",
        "",
        "bee",
        "STRASSE",
        "straße",
        "é",
        "e\u{301}",
        "x-mara",
        "*",
        "${aws:username}",
    ],
};

pub(crate) const NUMBER: Family = Family {
    operators: &[
        "NumericEquals",
        "NumericNotEquals",
        "NumericLessThan",
        "NumericLessThanEquals",
        "NumericGreaterThan",
        "NumericGreaterThanEquals",
    ],
    keys: &["aws:MultiFactorAuthAge"],
    wanted: &[
        "10",
        "10",
        "10.0",
        "1e1",
        "-1",
        "+3",
        "3600",
        "0",
        "9007199254740993",
        "ten",
        "${aws:MultiFactorAuthAge}",
        "",
    ],
    given: &[
        "10",
        "10",
        "10",
        "9.99",
        "10.000",
        "-0.0",
        "-2",
        "3600",
        "9007199254740992",
        "1E4",
        ".5",
        "1.",
        "1,000",
        " 1",
        "",
    ],
};

pub(crate) const DATE: Family = Family {
    operators: &[
        "DateEquals",
        "DateNotEquals",
        "DateLessThan",
        "DateLessThanEquals",
        "DateGreaterThan",
        "DateGreaterThanEquals",
    ],
    keys: &["aws:CurrentTime"],
    wanted: &[
        "2026-01-01T00:00:00Z",
        "2026-01-01",
        "2026-01",
        "2026",
        "1767225600",
        "1767225600.5",
        "2026-01-01T01:00+01:00",
        "2026-02-30",
        "soon",
        "${aws:CurrentTime}",
    ],
    given: &[
        "2026-01-01T00:00:00Z",
        "2026-01-01t00:00:00z",
        "2026-01-01 00:00",
        "2025-12-31T23:59:59.999Z",
        "2026-01-01T00:00:00.5-0000",
        "2026-01-01T24:00:00Z",
        "2026-01-01T00:00:00.",
        "2026-01T00:00Z",
        "1767225600",
        "-1",
        "1-1-1",
        "",
    ],
};

pub(crate) const BOOL: Family = Family {
    operators: &["Bool"],
    keys: &["aws:SecureTransport"],
    wanted: &[
        "true",
        "false",
        "TRUE",
        "yes",
        "",
        "${aws:SecureTransport}",
        "${aws:PrincipalTag/team, 'true'}",
    ],
    given: &["true", "false", "True", "yes", ""],
};

pub(crate) const IP: Family = Family {
    operators: &["IpAddress", "NotIpAddress"],
    keys: &["aws:SourceIp"],
    wanted: &[
        "203.0.113.0/24",
        "203.0.113.9/16",
        "203.0.113.7",
        "0.0.0.0/0",
        "::/0",
        "2001:db8::/32",
        "2001:db8::1",
        "::ffff:203.0.113.7",
        "203.0.113.007",
        "203.0.113.0/33",
        "here",
        "${aws:SourceIp}",
    ],
    given: &[
        "203.0.113.7",
        "203.0.114.7",
        "198.51.100.1",
        "2001:db8::1",
        "2001:db9::1",
        "::ffff:203.0.113.7",
        "203.0.113.007",
        "203.0.113.7:443",
        "fe80::1%eth0",
        "",
    ],
};

pub(crate) const ARN: Family = Family {
    operators: &["ArnEquals", "ArnNotEquals", "ArnLike", "ArnNotLike"],
    keys: &["aws:SourceArn", "aws:PrincipalArn"],
    wanted: &[
        "arn:aws:s3:::ledger",
        "arn:aws:s3:::led*",
        "arn:aws:*:*:*:*",
        "arn:aws:s3:*:ledger",
        "*:*:*:*:*:*",
        "arn:aws:lambda:*:111122223333:function:app-*",
        "arn:aws:lambda:us-east-1:${aws:PrincipalTag/team}:function:*",
        "arn:aws:${aws:PrincipalTag/team, 's3'}:::ledger",
        "arn:aws:s3:::${aws:username}",
        "arn:aws:s3:::${aws:username, 'ledger'}",
        "arn:aws:iam::111122223333:${aws:TagKeys}",
        "arn:aws:s3:::ledger/${aws:username",
        "arn:aws:${aws:username:::ledger",
        "arn:aws:iam::*:role/?l/*",
        "*",
        "ledger",
        "",
    ],
    given: &[
        "arn:aws:s3:::ledger",
        "arn:aws:s3:::Ledger",
        "arn:aws:s3:::mara",
        "arn:aws:lambda:us-east-1:111122223333:function:app-x:prod",
        "arn:aws:iam::111122223333:role/ml/loader",
        "arn:aws:s3:::ledger/${aws:username",
        "arn:aws:s3",
        "ARN:aws:s3:::ledger",
        "*",
        "",
    ],
};

pub(crate) const NULL: Family = Family {
    operators: &["Null"],
    keys: KEYS,
    wanted: &["true", "false", "True", "maybe", ""],
    given: &["mara", ""],
};

pub(crate) const BINARY: Family = Family {
    operators: &["BinaryEquals"],
    keys: &["s3:blob"],
    wanted: &["QmVl", "qmvl", "Qm*", "${s3:blob}", "b", ""],
    given: &["QmVl", "qmvl", "Qm*", "${s3:blob}", ""],
};

/// Every key that policies and requests name.
pub(crate) const KEYS: &[&str] = &[
    "aws:username",
    "aws:PrincipalTag/team",
    "s3:prefix",
    "aws:TagKeys",
    "aws:userid",
    "aws:MultiFactorAuthAge",
    "aws:CurrentTime",
    "aws:SecureTransport",
    "aws:SourceIp",
    "aws:SourceArn",
    "aws:PrincipalArn",
    "s3:blob",
];

/// What requests have under a key of the family's type.
pub(crate) fn given(key: &str) -> &'static [&'static str] {
    if key == "aws:userid" {
        return &["AIDAMARA", "AROALOADER:run-7", "AROALOADER", "111122223333", ""];
    }
    let family = [TEXT, NUMBER, DATE, BOOL, IP, ARN, BINARY].into_iter().find(|it| it.keys.contains(&key));
    family.unwrap_or(TEXT).given
}

/// Operators that do not exist.
pub(crate) const NO_OPERATORS: &[&str] =
    &["StringFoo", "NullIfExists", "ForSome:StringEquals", "", "IfExists", "ForAnyValue:", "Equals", "Date"];
