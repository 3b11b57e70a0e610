using Lava.Core;

namespace Lava.Server.Api;

/// <summary>Everything that is wrong with a request, so that a caller sees all of it in one answer.</summary>
/// <param name="whole">The request's, for those of a part of it.</param>
/// <param name="path">Where that part stands.</param>
internal sealed class FieldErrors(FieldErrors? whole = null, string path = "")
{
    private readonly List<FieldError> _errors = whole?._errors ?? [];
    private readonly string _path = whole?._path + path;

    public void Add(string field, string message) => _errors.Add(new FieldError(_path + field, message));

    /// <exception cref="ApiException">There are errors.</exception>
    public void ThrowIfAny()
    {
        if (_errors.Count > 0)
        {
            throw new ApiException(
                ErrorCode.InvalidParameter, string.Join("; ", _errors.Select(error => $"{error.Field} {error.Message}")), _errors);
        }
    }
}
