namespace Lava.Server.Api.Services;

/// <summary>An answer that is the same for everybody.</summary>
/// <param name="Json">Its bytes.</param>
/// <param name="ETag">A hash of them, as the header has it.</param>
internal sealed record CatalogPage(byte[] Json, string ETag);
