//! On how many cosets each constraint is evaluated.
//!
//! A constraint of degree d has a quotient of fewer than (d − 1)·n coefficients, so d − 1 cosets determine it. Constraints of different degrees
//! go together in *groups*; a column is transformed to as many cosets as the group of the highest degree that reads it. Every group costs
//! transforms of its own on the way back, so that it must save more of them.

use std::collections::BTreeMap;

use super::graph::{Graph, NodeId, Source};

/// What a product costs on a coset, in transforms.
const PRODUCT: f64 = 0.1;

/// Constraints that are evaluated on the same cosets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Group {
    /// How many cosets.
    pub(super) cosets: usize,
    /// The constraints, by their place.
    pub(super) members: Vec<usize>,
}

/// Parts the constraints into groups, those on most cosets first.
pub(super) fn groups(graph: &Graph, constraints: &[NodeId]) -> Vec<Group> {
    let mut by_cosets: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (place, constraint) in constraints.iter().enumerate() {
        let cosets = graph.degree(*constraint).saturating_sub(1).max(1);
        by_cosets.entry(cosets).or_default().push(place);
    }
    let classes: Vec<Class> = by_cosets
        .into_iter()
        .map(|(cosets, members)| {
            let roots: Vec<NodeId> = members.iter().map(|place| constraints[*place]).collect();
            Class {
                cosets,
                sources: graph.sources(&roots),
                products: graph.products(&roots),
                members,
            }
        })
        .collect();
    let Some(lower) = classes.len().checked_sub(1) else {
        return Vec::new();
    };
    // The highest class always stands for itself; each of the others may be the cap of a group or join the next one above.
    let caps = (0u32..1 << lower).map(|caps| caps | 1 << lower);
    let cheapest = caps.min_by(|a, b| cost(&classes, *a).total_cmp(&cost(&classes, *b)));
    join(&classes, cheapest.unwrap_or(1 << lower))
}

/// Constraints of one degree.
struct Class {
    cosets: usize,
    sources: Vec<Source>,
    products: usize,
    members: Vec<usize>,
}

/// For each class, the cosets of the group that it is in.
fn cosets(classes: &[Class], caps: u32) -> impl Iterator<Item = (&Class, usize)> {
    classes.iter().enumerate().map(move |(place, class)| {
        let above = classes[place..].iter().enumerate();
        let cap = above
            .map(|(up, class)| (place + up, class))
            .find(|(place, _)| caps >> place & 1 == 1);
        (class, cap.map_or(class.cosets, |(_, cap)| cap.cosets))
    })
}

/// What a choice of caps costs, in transforms.
fn cost(classes: &[Class], caps: u32) -> f64 {
    let mut columns: BTreeMap<Source, usize> = BTreeMap::new();
    let mut products = 0.0;
    for (class, cosets) in cosets(classes, caps) {
        products += (class.products * cosets) as f64;
        for source in &class.sources {
            let most = columns.entry(*source).or_default();
            *most = cosets.max(*most);
        }
    }
    let capped = classes
        .iter()
        .enumerate()
        .filter(|(place, _)| caps >> place & 1 == 1);
    let back: usize = capped.map(|(_, class)| class.cosets).sum();
    let forth: usize = columns.values().sum();
    (forth + back) as f64 + PRODUCT * products
}

fn join(classes: &[Class], caps: u32) -> Vec<Group> {
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (class, cosets) in cosets(classes, caps) {
        groups.entry(cosets).or_default().extend(&class.members);
    }
    let groups = groups.into_iter().rev();
    groups
        .map(|(cosets, mut members)| {
            members.sort_unstable();
            Group { cosets, members }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A product of so many columns from `first` on.
    fn product(graph: &mut Graph, first: usize, degree: usize) -> NodeId {
        (first..first + degree).fold(
            graph.constant(halo2curves::bn256::Fr::from(1)),
            |product, column| {
                let column = graph.column(Source::Advice(column), 0);
                graph.multiply(product, column)
            },
        )
    }

    #[test]
    fn columns_that_low_degrees_read_are_spared() {
        let mut graph = Graph::default();
        let mut constraints = vec![product(&mut graph, 0, 9)];
        constraints.extend((0..20).map(|place| product(&mut graph, 9 + 2 * place, 2)));
        let groups = groups(&graph, &constraints);
        let cosets: Vec<usize> = groups.iter().map(|group| group.cosets).collect();
        assert_eq!(cosets, [8, 1]);
        assert_eq!(groups[0].members, [0]);
        assert_eq!(groups[1].members, (1..21).collect::<Vec<_>>());
    }

    #[test]
    fn constraints_on_the_same_columns_stay_together() {
        let mut graph = Graph::default();
        let constraints = [3, 9, 4, 1].map(|degree| product(&mut graph, 0, degree));
        let groups = groups(&graph, &constraints);
        assert_eq!(groups.len(), 1, "{groups:?}");
        assert_eq!((groups[0].cosets, groups[0].members.len()), (8, 4));
        assert!(super::groups(&graph, &[]).is_empty());
    }
}
