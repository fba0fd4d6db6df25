//! ARNs and ARN patterns in their fields.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>

/// `arn:partition:service:region:account:resource`, borrowed from a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arn<'a> {
    /// `aws`, `aws-cn`, …
    pub partition: &'a str,
    /// The service's prefix.
    pub service: &'a str,
    /// The Region; empty for global resources.
    pub region: &'a str,
    /// The account; empty where AWS owns the resource, and for S3 buckets.
    pub account: &'a str,
    /// All that follows the fifth colon.
    pub resource: &'a str,
}

impl<'a> Arn<'a> {
    /// The six fields of `text`; `None` when it does not start with `arn:` or has fewer.
    pub fn parse(text: &'a str) -> Option<Arn<'a>> {
        let mut fields = text.splitn(6, ':');
        if fields.next()? != "arn" {
            return None;
        }
        Some(Arn {
            partition: fields.next()?,
            service: fields.next()?,
            region: fields.next()?,
            account: fields.next()?,
            resource: fields.next()?,
        })
    }

    /// The bytes of each field in the text it was parsed from, `arn` first.
    pub fn field_offsets(&self) -> [(usize, usize); 6] {
        let mut at = 3;
        let mut out = [(0, 3); 6];
        let fields = [self.partition, self.service, self.region, self.account, self.resource];
        for (slot, field) in out.iter_mut().skip(1).zip(fields) {
            *slot = (at + 1, at + 1 + field.len());
            at += 1 + field.len();
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_resource_keeps_its_colons() {
        let text = "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0";
        let arn = Arn::parse(text).unwrap();
        assert_eq!((arn.account, arn.resource), ("", "foundation-model/amazon.nova-lite-v1:0"));
        let fields = arn.field_offsets().map(|(start, end)| text.get(start..end).unwrap());
        assert_eq!(fields, ["arn", "aws", "bedrock", "us-east-1", "", arn.resource]);
        assert_eq!(Arn::parse("arn:aws:s3"), None);
    }
}
