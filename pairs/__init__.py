"""Two records to features: what is compared, how values are normalised, and how alike they are.

Nothing is imported here but the roles of attributes, so that whoever needs those alone does not wait for polars.
"""

from pairs.attributes import Attribute, Role

__all__ = ["Attribute", "Role"]
