"""Execute the template for each member, export and publish. Does not compute or draw anything itself."""
