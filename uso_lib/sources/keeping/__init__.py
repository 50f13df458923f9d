"""Keep raw answers, fold figures into today's municipalities, put tables in the store. Do not ask anybody."""
