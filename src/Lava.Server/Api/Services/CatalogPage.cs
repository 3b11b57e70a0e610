namespace Lava.Server.Api.Services;

/// <summary>An answer that is the same for everybody, or for all who call with one key.</summary>
/// <param name="Json">Its bytes.</param>
/// <param name="ETag">A hash of them, as the header has it.</param>
/// <param name="IsPublic">Is it the same for everybody?</param>
internal sealed record CatalogPage(byte[] Json, string ETag, bool IsPublic = true);
