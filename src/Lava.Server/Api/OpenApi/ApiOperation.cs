namespace Lava.Server.Api.OpenApi;

/// <summary>One method of one path, as the document shows it.</summary>
/// <param name="Method">GET, POST …</param>
/// <param name="Path">With its parameters in braces.</param>
/// <param name="Id">Unique, for generators of clients.</param>
/// <param name="Summary">What it does, in a line.</param>
/// <param name="Answer">The type of its answer, one of those in <see cref="Json.ApiJson"/>.</param>
internal sealed record ApiOperation(string Method, string Path, string Id, string Summary, Type Answer)
{
    /// <summary>The fields of its body; null: it has none.</summary>
    public ApiField[]? Body { get; init; }

    /// <summary>The parameters of its query.</summary>
    public ApiField[] Query { get; init; } = [];

    /// <summary>The status of success.</summary>
    public int Status { get; init; } = StatusCodes.Status200OK;

    /// <summary>Can anybody call it?</summary>
    public bool IsPublic { get; init; }
}
