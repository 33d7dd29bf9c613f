"""The course's name and the exchange, for instructor and students alike."""

import os

c = get_config()  # noqa: F821
c.CourseDirectory.course_id = "adaptive"
c.Exchange.root = os.environ["EXCHANGE"]
