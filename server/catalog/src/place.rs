//! Partitions and Regions, and who can be a principal.

use crate::Catalog;
use crate::blob::{self, List};
use crate::layout::Section;
use crate::service::Service;

/// A partition of AWS: the second part of an ARN.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Partition(u32);

impl Catalog {
    /// All partitions.
    pub fn partitions(self) -> impl ExactSizeIterator<Item = Partition> {
        (0..blob::rows(Section::Partitions)).map(Partition)
    }

    /// The partition of an id: `aws-us-gov`.
    pub fn partition(self, id: &str) -> Option<Partition> {
        self.partitions().find(|it| it.id() == id)
    }

    /// All Regions, partition by partition.
    pub fn regions(self) -> impl Iterator<Item = &'static str> {
        self.partitions().flat_map(Partition::regions)
    }

    /// The partition a Region is in, if the catalogue knows the Region.
    pub fn partition_of(self, region: &str) -> Option<Partition> {
        self.partitions().find(|it| it.regions().any(|known| known == region))
    }

    /// What a Region is called: `eu-central-1` is `Europe (Frankfurt)`.
    pub fn region_title(self, region: &str) -> Option<&'static str> {
        let row = blob::find(Section::RegionTitles, 0..blob::rows(Section::RegionTitles), region)?;
        Some(blob::text_cell(Section::RegionTitles, row, 1))
    }

    /// How often people name a Region. Good for sorting, and for nothing else.
    pub fn region_weight(self, region: &str) -> u32 {
        let row = blob::find(Section::RegionTitles, 0..blob::rows(Section::RegionTitles), region);
        row.map_or(0, |row| blob::cell(Section::RegionTitles, row, 2))
    }

    /// Ranges of IP addresses that standards give a meaning, with it: `10.0.0.0/8` is a private network.
    pub fn address_ranges(self) -> impl ExactSizeIterator<Item = (&'static str, &'static str)> {
        let cell = |row, column| blob::text_cell(Section::AddressRanges, row, column);
        (0..blob::rows(Section::AddressRanges)).map(move |row| (cell(row, 0), cell(row, 1)))
    }

    /// The types a `Principal` element can name: `AWS`, `Service`, `Federated`, `CanonicalUser`.
    pub fn principal_types(self) -> impl ExactSizeIterator<Item = PrincipalType> {
        (0..blob::rows(Section::PrincipalTypes)).map(PrincipalType)
    }

    /// Service principals in common use, by name. The list is not complete.
    pub fn service_principals(self) -> impl ExactSizeIterator<Item = ServicePrincipal> {
        (0..blob::rows(Section::ServicePrincipals)).map(ServicePrincipal)
    }

    /// The service principal of a name: `bedrock.amazonaws.com`.
    pub fn service_principal(self, name: &str) -> Option<ServicePrincipal> {
        let rows = 0..blob::rows(Section::ServicePrincipals);
        blob::find(Section::ServicePrincipals, rows, name).map(ServicePrincipal)
    }
}

impl Partition {
    /// Its id: `aws-cn`.
    pub fn id(self) -> &'static str {
        blob::text_cell(Section::Partitions, self.0, 0)
    }

    /// Its name: `AWS China`.
    pub fn title(self) -> &'static str {
        blob::text_cell(Section::Partitions, self.0, 1)
    }

    /// The end of its host names: `amazonaws.com.cn`.
    pub fn dns_suffix(self) -> &'static str {
        blob::text_cell(Section::Partitions, self.0, 2)
    }

    /// A regular expression for Region names in it, those of later years included.
    pub fn region_pattern(self) -> &'static str {
        blob::text_cell(Section::Partitions, self.0, 3)
    }

    /// Its Regions.
    pub fn regions(self) -> impl ExactSizeIterator<Item = &'static str> {
        List::cell(Section::Partitions, self.0, 4).texts()
    }

    /// Its Regions that have Bedrock.
    pub fn bedrock_regions(self) -> impl ExactSizeIterator<Item = &'static str> {
        List::cell(Section::Partitions, self.0, 5).texts()
    }

    /// Its Regions that have SageMaker.
    pub fn sagemaker_regions(self) -> impl ExactSizeIterator<Item = &'static str> {
        List::cell(Section::Partitions, self.0, 6).texts()
    }

    /// The Region that global services report as theirs.
    pub fn global_region(self) -> &'static str {
        blob::text_cell(Section::Partitions, self.0, 7)
    }
}

/// A type of principal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PrincipalType(u32);

impl PrincipalType {
    /// Its name: `Federated`.
    pub fn name(self) -> &'static str {
        blob::text_cell(Section::PrincipalTypes, self.0, 0)
    }

    /// Whom it names, in one or two sentences.
    pub fn description(self) -> &'static str {
        blob::text_cell(Section::PrincipalTypes, self.0, 1)
    }

    /// Formats of its values, with placeholders.
    pub fn formats(self) -> impl ExactSizeIterator<Item = &'static str> {
        List::cell(Section::PrincipalTypes, self.0, 2).texts()
    }
}

/// An AWS service as a principal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServicePrincipal(u32);

impl ServicePrincipal {
    /// Its name: `sagemaker.amazonaws.com`.
    pub fn name(self) -> &'static str {
        blob::text_cell(Section::ServicePrincipals, self.0, 0)
    }

    /// The service it speaks for, where IAM has a prefix for it.
    pub fn service(self) -> Option<Service> {
        blob::cell(Section::ServicePrincipals, self.0, 1).checked_sub(1).map(Service)
    }

    /// What to know about it.
    pub fn note(self) -> Option<&'static str> {
        blob::some_text(Section::ServicePrincipals, self.0, 2)
    }
}
