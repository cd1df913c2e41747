"""The staff's desk: queues, records, acts and the parts they are drawn with."""
