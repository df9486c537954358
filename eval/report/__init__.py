"""Every page that Shopper writes: self-contained HTML made from what was recorded."""
