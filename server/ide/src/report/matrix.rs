//! A policy in numbers: by sort of resource and by service, with the access levels across.

use catalog::Catalog;
use policy::access::{ActionSet, LEVELS};
use policy::model::Effect;

use super::grant::Group;
use super::statement::Built;
use super::{Cell, Row, Service};

/// How many services a picture shows before it puts the others together.
const SERVICES: usize = 14;

/// What is allowed on the same resources.
struct Sum {
    group: Group,
    always: ActionSet,
    conditional: ActionSet,
    denied: ActionSet,
}

/// What a policy allows.
pub(super) struct Sums {
    list: Vec<Sum>,
    /// On any resource, without a condition.
    pub(super) always: ActionSet,
    /// On any resource, under a condition, and not without.
    pub(super) conditional: ActionSet,
    /// Those of both that a statement denies in some cases.
    pub(super) denied: ActionSet,
}

impl Sums {
    /// All that is allowed.
    pub(super) fn all(&self) -> ActionSet {
        let mut all = self.always.clone();
        all.add(&self.conditional);
        all
    }

    /// Adds up the statements that count.
    pub(super) fn of(all: &[Built], catalog: Catalog) -> Sums {
        let empty = || ActionSet::new(catalog);
        let mut list: Vec<Sum> = Vec::new();
        for built in all.iter().filter(|it| it.statement.effect == Some(Effect::Allow)) {
            for grant in built.grants.iter().flat_map(|it| &it.list) {
                if grant.actions.is_empty() {
                    continue;
                }
                let known = list.iter().position(|it| it.group == grant.group);
                let at = known.unwrap_or(list.len());
                if known.is_none() {
                    let group = grant.group.clone();
                    list.push(Sum { group, always: empty(), conditional: empty(), denied: empty() });
                }
                let Some(sum) = list.get_mut(at) else { continue };
                let set = if built.is_conditional { &mut sum.conditional } else { &mut sum.always };
                set.add(&grant.actions);
            }
        }
        list.sort_by(|a, b| a.group.label.cmp(&b.group.label));
        let mut sums = Sums { list, always: empty(), conditional: empty(), denied: empty() };
        for sum in &mut sums.list {
            sum.conditional.subtract(&sum.always);
            sum.denied = denied(sum, all, catalog);
            sums.always.add(&sum.always);
            sums.conditional.add(&sum.conditional);
            sums.denied.add(&sum.denied);
        }
        sums.conditional.subtract(&sums.always);
        sums.denied = shared(&sums.all(), &sums.denied);
        sums
    }

    /// By sort of resource.
    pub(super) fn rows(&self, catalog: Catalog) -> Vec<Row> {
        let row = |it: &Sum| Row {
            label: it.group.label.clone(),
            patterns: it.group.patterns.clone(),
            cells: cells(&it.always, &it.conditional, &it.denied, catalog),
        };
        self.list.iter().map(row).collect()
    }

    /// By service, those with the most actions first.
    pub(super) fn services(&self, catalog: Catalog) -> Vec<Service> {
        let mut out: Vec<Service> = Vec::new();
        for service in catalog.services() {
            let mut cells = [(Cell::default(), 0); 5];
            for action in service.actions() {
                let slot = LEVELS.iter().position(|it| *it == action.access_level());
                let Some((cell, most)) = slot.and_then(|it| cells.get_mut(it)) else { continue };
                let id = action.id();
                *most += 1;
                cell.always += usize::from(self.always.contains(id));
                cell.conditional += usize::from(self.conditional.contains(id));
                cell.denied += usize::from(self.denied.contains(id));
            }
            if total(&cells) > 0 {
                out.push(Service { name: service.prefix().to_owned(), cells });
            }
        }
        out.sort_by_key(|it| std::cmp::Reverse(total(&it.cells)));
        if out.len() > SERVICES + 1 {
            let rest = out.split_off(SERVICES);
            let mut cells = [(Cell::default(), 0); 5];
            for (sum, own) in rest.iter().flat_map(|it| it.cells.iter().enumerate()) {
                let Some((cell, most)) = cells.get_mut(sum) else { continue };
                cell.always += own.0.always;
                cell.conditional += own.0.conditional;
                cell.denied += own.0.denied;
                *most += own.1;
            }
            out.push(Service { name: format!("{} other services", rest.len()), cells });
        }
        out
    }
}

/// What of a sum a `Deny` may take off: the resources of both may be the same.
fn denied(sum: &Sum, all: &[Built], catalog: Catalog) -> ActionSet {
    let mut out = ActionSet::new(catalog);
    for built in all.iter().filter(|it| it.statement.effect == Some(Effect::Deny)) {
        for grant in built.grants.iter().flat_map(|it| &it.list) {
            if grant.group.meets(&sum.group) {
                out.add(&grant.actions);
            }
        }
    }
    out
}

fn cells(always: &ActionSet, conditional: &ActionSet, denied: &ActionSet, catalog: Catalog) -> [Cell; 5] {
    let mut both = always.clone();
    both.add(conditional);
    let both = shared(&both, denied);
    let counts = always.by_level(catalog).into_iter().zip(conditional.by_level(catalog));
    let mut out = [Cell::default(); 5];
    for ((cell, (always, conditional)), denied) in out.iter_mut().zip(counts).zip(both.by_level(catalog)) {
        *cell = Cell { always, conditional, denied };
    }
    out
}

/// What is in both.
fn shared(a: &ActionSet, b: &ActionSet) -> ActionSet {
    let mut only = a.clone();
    only.subtract(b);
    let mut out = a.clone();
    out.subtract(&only);
    out
}

fn total(cells: &[(Cell, usize)]) -> usize {
    cells.iter().map(|it| it.0.total()).sum()
}
