//! Expressions over columns, in which equal subexpressions are one node.

use std::collections::HashMap;

use halo2curves::bn256::Fr;
use halo2curves::ff::Field;

/// A column that expressions read, on the coset that they are evaluated on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Source {
    /// An advice column.
    Advice(usize),
    /// A fixed column.
    Fixed(usize),
    /// An instance column.
    Instance(usize),
    /// A product of the permutation argument.
    Product(usize),
    /// Where the permutation leads from a column of it.
    Permuted(usize),
    /// X itself.
    Identity,
    /// 1 on the first row, 0 on others.
    FirstRow,
    /// 1 on the row behind the usable ones, 0 on others.
    LastRow,
    /// 1 on usable rows, 0 on others.
    UsableRows,
}

/// A node of a [`Graph`], by its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct NodeId(usize);

impl NodeId {
    pub(super) fn index(self) -> usize {
        self.0
    }
}

/// An expression. Its operands stand before it in the graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Node {
    Constant(Fr),
    /// A column, so many rows further on.
    Column(Source, i32),
    Sum(NodeId, NodeId),
    Difference(NodeId, NodeId),
    Product(NodeId, NodeId),
}

/// Expressions, each once.
#[derive(Clone, Debug, Default)]
pub(super) struct Graph {
    nodes: Vec<Node>,
    degrees: Vec<usize>,
    known: HashMap<Node, NodeId>,
}

impl Graph {
    /// A node by its place.
    pub(super) fn node(&self, id: NodeId) -> Node {
        self.nodes[id.0]
    }

    /// The number of nodes; operands have lower places than what is made of them.
    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// The degree in the columns.
    pub(super) fn degree(&self, id: NodeId) -> usize {
        self.degrees[id.0]
    }

    pub(super) fn constant(&mut self, value: Fr) -> NodeId {
        self.intern(Node::Constant(value))
    }

    pub(super) fn column(&mut self, source: Source, rotation: i32) -> NodeId {
        self.intern(Node::Column(source, rotation))
    }

    pub(super) fn add(&mut self, a: NodeId, b: NodeId) -> NodeId {
        match (self.value(a), self.value(b)) {
            (Some(a), Some(b)) => self.constant(a + b),
            (Some(zero), None) if zero == Fr::ZERO => b,
            (None, Some(zero)) if zero == Fr::ZERO => a,
            _ => self.intern(Node::Sum(a.min(b), a.max(b))),
        }
    }

    pub(super) fn subtract(&mut self, a: NodeId, b: NodeId) -> NodeId {
        match (self.value(a), self.value(b)) {
            (Some(a), Some(b)) => self.constant(a - b),
            (None, Some(zero)) if zero == Fr::ZERO => a,
            _ if a == b => self.constant(Fr::ZERO),
            _ => self.intern(Node::Difference(a, b)),
        }
    }

    pub(super) fn negate(&mut self, a: NodeId) -> NodeId {
        let zero = self.constant(Fr::ZERO);
        self.subtract(zero, a)
    }

    pub(super) fn multiply(&mut self, a: NodeId, b: NodeId) -> NodeId {
        match (self.value(a), self.value(b)) {
            (Some(a), Some(b)) => self.constant(a * b),
            (Some(one), None) if one == Fr::ONE => b,
            (None, Some(one)) if one == Fr::ONE => a,
            (Some(zero), None) | (None, Some(zero)) if zero == Fr::ZERO => self.constant(zero),
            _ => self.intern(Node::Product(a.min(b), a.max(b))),
        }
    }

    /// The value of a node that is a constant.
    fn value(&self, id: NodeId) -> Option<Fr> {
        match self.node(id) {
            Node::Constant(value) => Some(value),
            _ => None,
        }
    }

    fn intern(&mut self, node: Node) -> NodeId {
        if let Some(known) = self.known.get(&node) {
            return *known;
        }
        let degree = match node {
            Node::Constant(_) => 0,
            Node::Column(..) => 1,
            Node::Sum(a, b) | Node::Difference(a, b) => self.degree(a).max(self.degree(b)),
            Node::Product(a, b) => self.degree(a) + self.degree(b),
        };
        let id = NodeId(self.nodes.len());
        self.nodes.push(node);
        self.degrees.push(degree);
        self.known.insert(node, id);
        id
    }

    /// The operands of a node.
    pub(super) fn operands(&self, id: NodeId) -> [Option<NodeId>; 2] {
        match self.node(id) {
            Node::Constant(_) | Node::Column(..) => [None, None],
            Node::Sum(a, b) | Node::Difference(a, b) | Node::Product(a, b) => [Some(a), Some(b)],
        }
    }

    /// For each node, whether one of `roots` needs it.
    pub(super) fn needed(&self, roots: &[NodeId]) -> Vec<bool> {
        let mut needed = vec![false; self.len()];
        roots.iter().for_each(|root| needed[root.0] = true);
        for place in (0..self.len()).rev() {
            if needed[place] {
                let operands = self.operands(NodeId(place));
                operands
                    .into_iter()
                    .flatten()
                    .for_each(|operand| needed[operand.0] = true);
            }
        }
        needed
    }

    /// The columns that some nodes read.
    pub(super) fn sources(&self, roots: &[NodeId]) -> Vec<Source> {
        let needed = self.needed(roots);
        let read = self.nodes.iter().zip(needed).filter(|(_, needed)| *needed);
        let mut sources: Vec<Source> = read
            .filter_map(|(node, _)| match node {
                Node::Column(source, _) => Some(*source),
                _ => None,
            })
            .collect();
        sources.sort_unstable();
        sources.dedup();
        sources
    }

    /// The products that some nodes need.
    pub(super) fn products(&self, roots: &[NodeId]) -> usize {
        let needed = self.needed(roots);
        let nodes = self.nodes.iter().zip(needed);
        nodes
            .filter(|(node, needed)| *needed && matches!(node, Node::Product(..)))
            .count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_expressions_are_one_node() {
        let mut graph = Graph::default();
        let a = graph.column(Source::Advice(0), 0);
        let b = graph.column(Source::Fixed(2), -1);
        let (left, right) = (graph.multiply(a, b), graph.multiply(b, a));
        assert_eq!(left, right);
        assert_eq!(graph.add(left, a), graph.add(a, right));
        assert_ne!(graph.subtract(left, a), graph.subtract(a, left));
        assert_eq!(graph.degree(left), 2);
        assert_eq!(
            graph.sources(&[left]),
            [Source::Advice(0), Source::Fixed(2)]
        );
        assert_eq!((graph.products(&[left]), graph.products(&[a])), (1, 0));
    }

    #[test]
    fn constants_are_folded() {
        let mut graph = Graph::default();
        let a = graph.column(Source::Identity, 0);
        let [zero, one, two] = [0, 1, 2].map(|n| graph.constant(Fr::from(n)));
        assert_eq!(graph.add(one, one), two);
        assert_eq!(graph.multiply(a, one), a);
        assert_eq!(graph.multiply(zero, a), zero);
        assert_eq!(graph.add(a, zero), a);
        assert_eq!(graph.subtract(a, a), zero);
        let minus = graph.negate(two);
        assert_eq!(graph.node(minus), Node::Constant(-Fr::from(2)));
    }
}
