"""Pictures that pages carry in themselves: a flow, and what happened over time. Text stays text and everything is escaped; how a
class looks is said in static/suiro/drawn.css."""
