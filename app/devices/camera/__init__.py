"""Webcams of this computer through OpenCV, each read on a thread of its own."""

from app.devices.camera.cameras import FileCameras, Webcams

__all__ = ["FileCameras", "Webcams"]
