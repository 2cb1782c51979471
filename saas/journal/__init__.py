"""What happened: events (news for other rooms) and audit entries (who looked or changed), sealed."""
