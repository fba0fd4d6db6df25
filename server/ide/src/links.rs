//! Links from actions to the page where AWS lists them.

use std::sync::Arc;

use catalog::Service;
use syntax::TextRange;

use crate::{Analysis, Cancel, Cancelled};

/// A text that leads somewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Where it stands.
    pub range: TextRange,
    /// The address of the page.
    pub url: Arc<str>,
    /// What is found there.
    pub tooltip: Arc<str>,
}

/// What a link to the page of a service says.
struct Page {
    service: Service,
    url: Arc<str>,
    tooltip: Arc<str>,
}

/// The links of a file by position: one for each action of a known service.
pub fn links(analysis: &Analysis, cancel: &Cancel) -> Result<Vec<Link>, Cancelled> {
    let mut out = Vec::new();
    // Few services have many actions each.
    let mut pages: Vec<Page> = Vec::new();
    for at in analysis.policies().iter().flat_map(|it| &it.statements) {
        cancel.check()?;
        for text in at.statement.action.iter().flat_map(|it| it.values.texts()) {
            let service =
                text.value.split_once(':').and_then(|(prefix, _)| catalog::catalog().service(prefix));
            let Some(service) = service.filter(|it| !it.is_retired()) else { continue };
            let known = pages.iter().position(|it| it.service == service).unwrap_or_else(|| {
                pages.push(Page::new(service));
                pages.len() - 1
            });
            let Some(page) = pages.get(known) else { continue };
            let (url, tooltip) = (Arc::clone(&page.url), Arc::clone(&page.tooltip));
            out.push(Link { range: text.content + at.start, url, tooltip });
        }
    }
    Ok(out)
}

impl Page {
    fn new(service: Service) -> Page {
        let tooltip = format!("Actions, resources and condition keys of {}", service.title());
        Page { service, url: reference_page(service).into(), tooltip: tooltip.into() }
    }
}

/// The page of AWS's service authorization reference about a service.
pub fn reference_page(service: Service) -> String {
    let title = service.title().to_ascii_lowercase();
    let slug: String = title.chars().filter(char::is_ascii_alphanumeric).collect();
    format!("https://docs.aws.amazon.com/service-authorization/latest/reference/list_{slug}.html")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Config;

    #[test]
    fn every_action_of_a_known_service_leads_to_its_page() {
        let text = r#"{"Effect": "Allow", "Action": ["s3:Get*", "*", "nosuch:Thing", "IAM:PassRole"]}"#;
        let analysis = Analysis::of(text, Default::default(), Config::default().into());
        let links = links(&analysis, &Cancel::default()).unwrap();
        let found: Vec<_> = links
            .iter()
            .map(|it| (text.get(it.range.start as usize..it.range.end as usize).unwrap(), &*it.url))
            .map(|(text, url)| (text, url.rsplit('/').next().unwrap()))
            .collect();
        let expected = [
            ("s3:Get*", "list_amazons3.html"),
            ("IAM:PassRole", "list_awsidentityandaccessmanagementiam.html"),
        ];
        assert_eq!(found, expected);
    }
}
