"""The HTTP API under /api/v1/: it gathers the faces of the folders."""

from ninja import NinjaAPI

from certification.api import router as certification_router

api = NinjaAPI(
    title="MRSS Academy",
    version="1",
    description="Verify certificates. Errors are RFC 9457 problem details.",
    docs_url="/docs",
    openapi_url="/openapi.json",
    urls_namespace="api",
)
api.add_router("", certification_router)
