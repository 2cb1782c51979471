"""What is known of a patient before they are treated: clearances; questionnaires and consents are to come."""
