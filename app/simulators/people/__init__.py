"""Synthetic people: who they are, how they look to a camera, and what stays the same about them."""

from app.simulators.people.eye import Eye, EyeShot, eye_shot
from app.simulators.people.face import FacePose, FaceShot, empty_scene, face_shot
from app.simulators.people.identity import Person, face_features, iris_code, people, person

__all__ = [
    "Eye",
    "EyeShot",
    "FacePose",
    "FaceShot",
    "Person",
    "empty_scene",
    "eye_shot",
    "face_features",
    "face_shot",
    "iris_code",
    "people",
    "person",
]
